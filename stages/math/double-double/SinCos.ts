/** Sine and cosine of parts of a turn with 106 bits: what twiddle factors are rounded from. */
import {
  add,
  addNumber,
  type DoubleDouble,
  divide,
  multiply,
  multiplyNumber,
  negate,
  of,
  PI,
  ZERO
} from "./DoubleDouble.ts"
import { inverseFactorials } from "./inverse-factorials.ts"

export interface SinCos {
  readonly sin: DoubleDouble
  readonly cos: DoubleDouble
}

/** The series Σ (−1)ⁿ zⁿ / (2n + offset)! from n = `first` on. */
const series = (z: DoubleDouble, offset: 0 | 1, first: number): DoubleDouble => {
  let sum = ZERO
  for (let n = 13; n >= first; n--) {
    const coefficient = inverseFactorials[2 * n + offset]!
    sum = add(n % 2 === 0 ? coefficient : negate(coefficient), multiply(z, sum))
  }
  return sum
}

/** Sine and cosine of x for |x| ≤ π/4, by their series. Relative error below 2⁻¹⁰⁰. */
export const sinCosKernel = (x: DoubleDouble): SinCos => {
  const z = multiply(x, x)
  return {
    sin: multiply(x, series(z, 1, 0)),
    cos: addNumber(multiply(z, series(z, 0, 1)), 1)
  }
}

/**
 * Sine and cosine of 2π j / n, for whole numbers 0 ≤ j ≤ n < 2⁵⁰. Relative error below 2⁻¹⁰⁰; zeros, ones and halves where they belong.
 *
 * The part of a turn is brought into the first eighth without rounding: sine and cosine change places and signs.
 */
export const sinCosTurn = (j: number, n: number): SinCos => {
  if (2 * j > n) {
    const { sin, cos } = sinCosTurn(n - j, n)
    return { sin: negate(sin), cos }
  }
  if (4 * j > n) {
    // 2π j / n = π/2 + 2π (4j − n) / 4n.
    const { sin, cos } = firstQuarter(4 * j - n, 4 * n)
    return { sin: cos, cos: negate(sin) }
  }
  return firstQuarter(j, n)
}

const firstQuarter = (j: number, n: number): SinCos => {
  if (8 * j <= n) return sinCosKernel(multiplyNumber(divide(multiplyNumber(PI, 2), of(n)), j))
  const { sin, cos } = sinCosKernel(multiplyNumber(divide(multiplyNumber(PI, 2), of(4 * n)), n - 4 * j))
  return { sin: cos, cos: sin }
}
