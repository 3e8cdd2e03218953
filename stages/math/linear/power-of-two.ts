/** Scaling that loses no bit. */
import { largestFinite, type Part } from "./NotFinite.ts"

const FLOAT = new Float64Array(1)
const WORDS = new Int32Array(FLOAT.buffer)
/** Index of the word with sign and exponent: machines that this runs on are little-endian, as WebAssembly is. */
const HIGH = 1

/** The power of two that brings a positive number between 1/2 and 1, as far as there is one. */
export const bringingBelowOne = (x: number): number => {
  FLOAT[0] = x
  const exponent = (WORDS[HIGH]! >> 20) - 1022
  return 2 ** Math.max(-1022, Math.min(1022, -exponent))
}

/** The same for the largest of some numbers; 1 where all are 0. None is NaN or infinite. */
export const bringingAllBelowOne = (x: Float64Array): number => {
  const largest = x.reduce((most, element) => Math.max(most, Math.abs(element)), 0)
  return largest === 0 ? 1 : bringingBelowOne(largest)
}

/**
 * The power of two that brings the largest element of a rows × columns matrix near 1, so that no square overflows; 1
 * for a matrix of zeros.
 *
 * With `lower` only elements up to the diagonal count. Throws `NotFinite` when one is NaN or infinite, `RangeError`
 * when the array has another length.
 */
export const checkedScale = (a: Float64Array, rows: number, columns: number, part: Part = "all"): number => {
  if (a.length !== rows * columns) throw new RangeError(`${a.length} elements do not fill ${rows}×${columns}`)
  const largest = largestFinite(rows, (i) => a.subarray(i * columns, (i + 1) * columns), part)
  return largest === 0 ? 1 : bringingBelowOne(largest)
}
