/**
 * Error-free transformations: a sum or a product of two numbers as the rounded result and exactly what rounding lost.
 *
 * Sources: D. E. Knuth, The Art of Computer Programming 2, 3rd ed., 4.2.2, theorem B; T. J. Dekker, Numerische Mathematik 18 (1971).
 */

/** The number hi + lo, without rounding; hi is that sum in float64, so |lo| is half a unit of its last place at most. */
export interface Pair {
  readonly hi: number
  readonly lo: number
}

/** a + b exactly. Where the sum is not finite, `lo` is NaN. */
export const twoSum = (a: number, b: number): Pair => {
  const hi = a + b
  const ofB = hi - a
  return { hi, lo: a - (hi - ofB) + (b - ofB) }
}

/** a + b exactly, for |a| ≥ |b| or a = 0. */
export const fastTwoSum = (a: number, b: number): Pair => {
  const hi = a + b
  return { hi, lo: b - (hi - a) }
}

const SPLITTER = 2 ** 27 + 1

/**
 * a · b exactly, as long as no part leaves the range: |a|, |b| < 2⁹⁹⁶, and the product 0 or between 2⁻⁹⁶⁹ and 2¹⁰²³. Where a factor or
 * the product is too large, `lo` is NaN; where the product is too small, `lo` has lost digits.
 *
 * Each factor is split into halves of 26 bits, whose products are exact: the language has no fused multiplication.
 */
export const twoProduct = (a: number, b: number): Pair => {
  const hi = a * b
  const [spreadA, spreadB] = [SPLITTER * a, SPLITTER * b]
  const [highA, highB] = [spreadA - (spreadA - a), spreadB - (spreadB - b)]
  const [lowA, lowB] = [a - highA, b - highB]
  return { hi, lo: lowA * lowB - (hi - highA * highB - lowA * highB - highA * lowB) }
}
