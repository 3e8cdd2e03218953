/** Values and derivatives of a case on the backend that is set, and in float64. */
import tf from "@tensorflow/tfjs"
import { stream } from "../../../stages/math/random/Philox.ts"
import type { Case, Input } from "./cases/Case.ts"

/** All inputs and all elements one behind the other. */
export interface Derivatives {
  readonly value: ArrayLike<number>
  /** Of L = Σ w f + ½ Σ x², w fixed. */
  readonly gradient: ArrayLike<number>
  /** The Hessian of L times a direction that is fixed. */
  readonly second: ArrayLike<number>
}

const draw = ({ shape, range }: Input, name: string): ReadonlyArray<number> => {
  const size = shape.reduce((product, extent) => product * extent, 1)
  const between = { real: [-1.5, 1.5], positive: [0.4, 1.6], unit: [-0.9, 0.9] }[range] as [number, number]
  return Array.from(stream(7, name).uniforms(size), (u) => between[0] + u * (between[1] - between[0]))
}

export const inputsOf = ({ name, inputs }: Case): ReadonlyArray<ReadonlyArray<number>> =>
  inputs.map((input, i) => draw(input, `${name} ${i}`))

const directionsOf = ({ name, inputs }: Case): ReadonlyArray<ReadonlyArray<number>> =>
  inputs.map(({ shape }, i) => draw({ shape, range: "real" }, `${name} direction ${i}`))

/** Tensors; the caller sees to `tf.tidy`. */
const differentiate = (of: Case, inputs: ReadonlyArray<ReadonlyArray<number>>) => {
  const upload = (values: ReadonlyArray<ReadonlyArray<number>>): Array<tf.Tensor> =>
    values.map((list, i) => tf.tensor([...list], [...of.inputs[i]!.shape], "float32"))
  const x = upload(inputs)
  const directions = upload(directionsOf(of))
  const value = of.f(...x)
  const weights = tf.tensor([...draw({ shape: value.shape, range: "real" }, `${of.name} weights`)], value.shape)
  // Half the squares beside it: then all has a second derivative, also what is linear.
  const loss = (...z: Array<tf.Tensor>): tf.Tensor =>
    tf.addN([tf.sum(tf.mul(of.f(...z), weights)), ...z.map((part) => tf.mul(0.5, tf.sum(tf.square(part))))])
  const gradient = tf.grads(loss)
  const along = (...z: Array<tf.Tensor>): tf.Tensor =>
    tf.addN(gradient(z).map((part, i) => tf.sum(tf.mul(part, directions[i]!))))
  const flat = (tensors: ReadonlyArray<tf.Tensor>): tf.Tensor =>
    tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])))
  return {
    value: tf.reshape(value, [-1]),
    gradient: flat(gradient(x)),
    second: () => (of.isOnce === true ? tf.zeros([0]) : flat(tf.grads(along)(x))),
    loss: () => loss(...x)
  }
}

/** On the backend that is set. */
export const derivatives = async (of: Case): Promise<Derivatives> => {
  const tensors = tf.tidy(() => {
    const { value, gradient, second } = differentiate(of, inputsOf(of))
    return [value, gradient, second()]
  })
  const [value, gradient, second] = await Promise.all(tensors.map((tensor) => tensor.data()))
  tf.dispose(tensors)
  return { value: value!, gradient: gradient!, second: second! }
}

/**
 * Runs a body on the cpu backend in double precision: it keeps numbers in `Float32Array`, which is another class meanwhile. The body
 * must not wait.
 */
export const inFloat64 = <A>(body: () => A): A => {
  const shipped = globalThis.Float32Array
  const { platform } = tf.env()
  const { isTypedArray } = platform
  Reflect.set(globalThis, "Float32Array", Float64Array)
  platform.isTypedArray = (value): value is never => ArrayBuffer.isView(value)
  try {
    return tf.tidy(() => body() as never)
  } finally {
    globalThis.Float32Array = shipped
    platform.isTypedArray = isTypedArray
  }
}

/** In float64, on the cpu backend. */
export const reference = (of: Case): Derivatives =>
  inFloat64(() => {
    const { value, gradient, second } = differentiate(of, inputsOf(of))
    return { value: value.dataSync(), gradient: gradient.dataSync(), second: second().dataSync() }
  })

/** The same by central differences, of values and of gradients. */
export const differences = (of: Case): Pick<Derivatives, "gradient" | "second"> =>
  inFloat64(() => {
    const inputs = inputsOf(of)
    const step = 2e-5
    const gradient = inputs.flatMap((list, i) =>
      list.map((_, at) => {
        const [above, below] = [step, -step].map((h) => {
          const moved = inputs.with(i, list.with(at, list[at]! + h))
          return tf.tidy(() => differentiate(of, moved).loss().dataSync()[0]!)
        }) as [number, number]
        return (above - below) / (2 * step)
      })
    )
    const directions = directionsOf(of)
    const [above, below] = [step, -step].map((h) => {
      const moved = inputs.map((list, i) => list.map((value, at) => value + h * directions[i]![at]!))
      return tf.tidy(() => differentiate(of, moved).gradient.dataSync())
    }) as [tf.TypedArray, tf.TypedArray]
    if (of.isOnce === true) return { gradient, second: [] }
    return { gradient, second: Array.from(above, (value, at) => (value - below[at]!) / (2 * step)) }
  })

/** Largest difference, as a share of the largest element, or of 1 where all are smaller. */
export const distance = (found: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY
  let [most, scale] = [0, 1]
  for (let at = 0; at < wanted.length; at++) {
    most = Math.max(most, Math.abs(found[at]! - wanted[at]!))
    scale = Math.max(scale, Math.abs(wanted[at]!))
  }
  return most / scale
}
