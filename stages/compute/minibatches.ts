/** Which rows each step of a training sees. */
import tf from "@tensorflow/tfjs"
import type { Tensor } from "athanor/stage"
import { stream } from "../math/random/Philox.ts"
import { sizeOf } from "./gradients/shapes.ts"
import { filled } from "./kernels/filled.ts"

/**
 * Row numbers of the batch of a step. Each epoch goes once over all rows in an order of its own, which depends on the seed and the
 * epoch alone; rows that do not fill a batch are left out of it. Throws `RangeError` when there are fewer rows than a batch has.
 */
export const minibatches = (count: number, size: number, seed: number): ((step: number) => Int32Array) => {
  const perEpoch = Math.floor(count / size)
  if (perEpoch < 1 || size < 1) throw new RangeError(`batches of ${size} cannot be taken from ${count} rows`)
  let held = -1
  let order = new Int32Array() as Int32Array
  return (step) => {
    const epoch = Math.floor(step / perEpoch)
    if (epoch !== held) order = stream(seed, `order of epoch ${epoch}`).permutation(count)
    held = epoch
    const first = (step % perEpoch) * size
    return order.subarray(first, first + size)
  }
}

/** Some rows of a tensor, times a factor, on the device as float32. Throws `RangeError` for one that it does not have. */
export const rows = ({ shape, data }: Tensor, numbers: Int32Array, factor = 1): tf.Tensor => {
  const [count = 0, ...rest] = shape
  const missing = numbers.find((number) => number < 0 || number >= count)
  if (missing !== undefined) throw new RangeError(`there is no row ${missing} among ${count}`)
  const width = sizeOf(rest)
  return filled([numbers.length, ...rest], (picked) => {
    for (const [row, number] of numbers.entries()) {
      const [from, to] = [number * width, row * width]
      if (factor === 1) picked.set(data.subarray(from, from + width), to)
      else for (let column = 0; column < width; column++) picked[to + column] = data[from + column]! * factor
    }
  })
}

/** Some rows of a vector of whole numbers, on the device as int32. */
export const labels = ({ data }: Tensor, numbers: Int32Array): tf.Tensor1D =>
  tf.tensor1d(
    Int32Array.from(numbers, (row) => data[row]!),
    "int32"
  )
