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
  if (!(Number.isInteger(size) && size > 0 && perEpoch > 0))
    throw new RangeError(`batches of ${size} cannot be taken from ${count} rows`)
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

/** Throws `RangeError` where the elements do not fill the shape, and for a row that the tensor does not have. */
const checkRows = ({ shape, data }: Tensor, numbers: Int32Array): void => {
  if (data.length !== sizeOf(shape)) throw new RangeError(`${data.length} elements do not fill ${shape.join("×")}`)
  const [count = 0] = shape
  const missing = numbers.find((number) => number < 0 || number >= count)
  if (missing !== undefined) throw new RangeError(`there is no row ${missing} among ${count}`)
}

/** Some rows of a tensor, times a factor, on the device as float32. Throws `RangeError` for one that it does not have. */
export const rows = (tensor: Tensor, numbers: Int32Array, factor = 1): tf.Tensor => {
  checkRows(tensor, numbers)
  const { data } = tensor
  const rest = tensor.shape.slice(1)
  const width = sizeOf(rest)
  return filled([numbers.length, ...rest], (picked) => {
    for (const [row, number] of numbers.entries()) {
      const [from, to] = [number * width, row * width]
      if (factor === 1) picked.set(data.subarray(from, from + width), to)
      else for (let column = 0; column < width; column++) picked[to + column] = data[from + column]! * factor
    }
  })
}

/** Some rows of a vector of whole numbers, on the device as int32. Throws `RangeError` as `rows` does. */
export const labels = (tensor: Tensor, numbers: Int32Array): tf.Tensor1D => {
  checkRows(tensor, numbers)
  const picked = Int32Array.from(numbers, (row) => tensor.data[row]!)
  return tf.tensor1d(picked, "int32")
}
