/** Scaling that loses no bit. */
import { NotFinite } from "./NotFinite.ts"

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

/**
 * The power of two that brings the largest element of a rows × columns matrix near 1, so that no square overflows; 1
 * for a matrix of zeros.
 *
 * With `lower` only elements up to the diagonal count. Throws `NotFinite` when one is NaN or infinite, `RangeError`
 * when the array has another length.
 */
export const checkedScale = (a: Float64Array, rows: number, columns: number, part: "all" | "lower" = "all"): number => {
  if (a.length !== rows * columns) throw new RangeError(`${a.length} elements do not fill ${rows}×${columns}`)
  let largest = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0, end = part === "lower" ? i + 1 : columns; j < end; j++) {
      const size = Math.abs(a[i * columns + j]!)
      if (!(size < Number.POSITIVE_INFINITY)) throw new NotFinite(i, j, a[i * columns + j]!)
      if (size > largest) largest = size
    }
  }
  return largest === 0 ? 1 : bringingBelowOne(largest)
}
