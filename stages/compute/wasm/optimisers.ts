/** Steps of optimisers, each in one pass over parameters, gradients and moments. */
import type tf from "@tensorflow/tfjs"
import type { Heap } from "./Heap.ts"
import type { Inputs, WasmKernel } from "./WasmKernel.ts"

type Numbers = (name: string) => number

/**
 * A step from tensors in the order of `names`, of which the first is the parameter and the second its gradient; it gives parameter and
 * moments anew. Throws `RangeError` unless all are float32 of one shape.
 */
const step = (
  name: string,
  names: ReadonlyArray<string>,
  run: (heap: Heap, count: number, at: Numbers, from: ReadonlyArray<number>, to: ReadonlyArray<number>) => void
): WasmKernel => [
  name,
  (heap) => (inputs, attrs) => {
    const tensors = operandsOf(name, names, inputs)
    const results = tensors.slice(1).map(({ shape }) => heap.output(shape))
    const addresses = (of: ReadonlyArray<tf.TensorInfo>): ReadonlyArray<number> => of.map((x) => heap.address(x))
    run(heap, tensors[0]!.size, (attr) => Number(attrs[attr]), addresses(tensors), addresses(results))
    return results
  }
]

const operandsOf = (name: string, names: ReadonlyArray<string>, inputs: Inputs): ReadonlyArray<tf.Tensor> => {
  const tensors = names.map((input) => inputs[input]!)
  const shape = tensors[0]!.shape.join("×")
  for (const [i, tensor] of tensors.entries()) {
    if (tensor.dtype === "float32" && tensor.shape.join("×") === shape) continue
    throw new RangeError(
      `${name}: ${names[i]} is ${tensor.dtype} [${tensor.shape.join("×")}], and must be float32 [${shape}]`
    )
  }
  return tensors
}

const descent = step("GradientDescentStep", ["parameter", "gradient"], (heap, count, at, [x, g], [to]) =>
  heap.optimisers.descend(count, at("rate"), x!, g!, to!)
)

const momentum = step("MomentumStep", ["parameter", "gradient", "velocity"], (heap, count, at, [x, g, v], [to, toV]) =>
  heap.optimisers.momentum(count, at("mu"), at("nesterov"), at("rate"), x!, g!, v!, to!, toV!)
)

const adam = step(
  "AdamStep",
  ["parameter", "gradient", "first", "second"],
  (heap, count, at, [x, g, m, v], [to, toM, toV]) => {
    const [beta1, beta2, correction, scale] = [at("beta1"), at("beta2"), at("correction"), at("scale")]
    const [gamma1, gamma2, epsilon, decay] = [1 - beta1, 1 - beta2, at("epsilon"), at("decay")]
    // biome-ignore format: the numbers, then the addresses
    heap.optimisers.adam(
      count, beta1, gamma1, beta2, gamma2, correction, epsilon, scale, decay,
      x!, g!, m!, v!, to!, toM!, toV!
    )
  }
)

export const OPTIMISERS: ReadonlyArray<WasmKernel> = [descent, momentum, adam]
