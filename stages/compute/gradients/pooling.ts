/** Rules of pools and of their cotangents, so that what has pools can be derived again. */
import tf from "@tensorflow/tfjs"
import type { Attributes, Rule } from "./Rule.ts"

interface Window {
  readonly filterSize: number | ReadonlyArray<number>
  readonly strides: number | ReadonlyArray<number>
  readonly pad: "valid" | "same" | number
  readonly dimRoundingMode?: "floor" | "round" | "ceil"
}

const windowOf = (attrs: Attributes): Window => attrs as unknown as Window

/**
 * A mean over a window counts the elements inside of the image; its shipped cotangent divides by the whole window, as if all were
 * inside. What is handed to it is scaled by the ratio.
 */
const average = (kernel: string, cotangent: string): ReadonlyArray<Rule> => {
  const ofMean: Rule = {
    kernel,
    saves: ["x"],
    pullBack: (dy, [x], attrs) => ({
      x: () => run(cotangent, { dy: tf.mul(dy, shares(x!.shape, attrs, -1)), input: x! }, attrs)
    })
  }
  const ofCotangent: Rule = {
    kernel: cotangent,
    saves: ["input"],
    pullBack: (ddx, [input], attrs) => ({
      dy: () => tf.mul(run(kernel, { x: ddx }, attrs), shares(input!.shape, attrs, 1)),
      input: () => tf.zeros(input!.shape)
    })
  }
  return [ofMean, ofCotangent]
}

const run = (kernel: string, inputs: tf.NamedTensorMap, attrs: Attributes): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap) as tf.Tensor

/** What part of the window lies inside of the image, at each position, or its reciprocal. */
const shares = (shape: ReadonlyArray<number>, attrs: Attributes, power: 1 | -1): tf.Tensor => {
  const { filter, strides, out, before } = extentsOf(shape, attrs)
  const along = out.map((count, axis) =>
    Float32Array.from({ length: count }, (_, at) => {
      const first = at * strides[axis]! - before[axis]!
      const inside = Math.min(first + filter[axis]!, shape[axis + 1]!) - Math.max(first, 0)
      return (inside / filter[axis]!) ** power
    })
  )
  return along.reduce<tf.Tensor>((product, values, axis) => {
    const extents = out.map((count, other) => (other === axis ? count : 1))
    return tf.mul(product, tf.tensor(values, [1, ...extents, 1]))
  }, tf.scalar(1))
}

/** The cotangent goes to the first of the largest elements of each window; from there comes what is derived again. */
const largest = (kernel: string): Rule => ({
  kernel,
  saves: ["input", "output"],
  pullBack: (ddx, [input, output], attrs) => ({
    dy: () => {
      const window = extentsOf(input!.shape, attrs)
      const values = taps(input!, window, Number.NEGATIVE_INFINITY)
      const arriving = taps(ddx, window, 0)
      let open: tf.Tensor = tf.onesLike(output!)
      const parts = values.map((value, place) => {
        const hit = tf.mul(open, tf.cast(tf.equal(value, output!), "float32"))
        open = tf.sub(open, hit)
        return tf.mul(hit, arriving[place]!)
      })
      return tf.addN(parts)
    },
    input: () => tf.zeros(input!.shape),
    output: () => tf.zeros(output!.shape)
  })
})

interface Extents {
  readonly filter: ReadonlyArray<number>
  readonly strides: ReadonlyArray<number>
  readonly out: ReadonlyArray<number>
  readonly before: ReadonlyArray<number>
}

/** Extents along the axes of a window, two or three. */
const extentsOf = (shape: ReadonlyArray<number>, attrs: Attributes): Extents => {
  const { filterSize, strides, pad, dimRoundingMode } = windowOf(attrs)
  if (shape.length === 4) {
    const [size, step] = [filterSize as number, strides as number]
    const info = tf.backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      size,
      step,
      1,
      pad,
      dimRoundingMode
    )
    return {
      filter: [info.effectiveFilterHeight, info.effectiveFilterWidth],
      strides: [info.strideHeight, info.strideWidth],
      out: [info.outHeight, info.outWidth],
      before: [info.padInfo.top, info.padInfo.left]
    }
  }
  const [size, step] = [filterSize as number, strides as number]
  const info = tf.backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    size,
    step,
    1,
    pad,
    dimRoundingMode
  )
  return {
    filter: [info.effectiveFilterDepth, info.effectiveFilterHeight, info.effectiveFilterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    out: [info.outDepth, info.outHeight, info.outWidth],
    before: [info.padInfo.front, info.padInfo.top, info.padInfo.left]
  }
}

/** The elements that each place of the window meets, in the shape of the pool's result. */
const taps = (x: tf.Tensor, { filter, strides, out, before }: Extents, outside: number): ReadonlyArray<tf.Tensor> => {
  const span = out.map((count, axis) => (count - 1) * strides[axis]! + filter[axis]!)
  const padding = [0, ...before, 0].map((left, axis): [number, number] => {
    const inner = axis > 0 && axis < x.rank - 1
    return inner ? [left, Math.max(0, span[axis - 1]! - left - x.shape[axis]!)] : [0, 0]
  })
  const padded = tf.pad(x, padding, outside)
  const [count, channels] = [x.shape[0]!, x.shape.at(-1)!]
  return places(filter).map((place) => {
    const end = place.map((at, axis) => at + (out[axis]! - 1) * strides[axis]! + 1)
    return tf.stridedSlice(padded, [0, ...place, 0], [count, ...end, channels], [1, ...strides, 1])
  })
}

/** All places of a window, the last axis fastest. */
const places = (filter: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  filter.reduce<ReadonlyArray<ReadonlyArray<number>>>(
    (heads, extent) => heads.flatMap((head) => Array.from({ length: extent }, (_, at) => [...head, at])),
    [[]]
  )

export const POOLING: ReadonlyArray<Rule> = [
  ...average("AvgPool", "AvgPoolGrad"),
  ...average("AvgPool3D", "AvgPool3DGrad"),
  largest("MaxPoolGrad"),
  largest("MaxPool3DGrad")
]
