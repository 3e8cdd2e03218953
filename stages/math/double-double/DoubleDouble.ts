/**
 * Numbers of 106 bits: a float64 and a second one that says what the first leaves out.
 *
 * Bounds are relative, with u = 2⁻⁵³, and hold where no part underflows or overflows. Where a part does, and for infinite numbers, `hi` is what float64
 * gives and `lo` is 0; NaN gives NaN. Sources: M. Joldes, J.-M. Muller, V. Popescu, Tight and Rigorous Error Bounds for Basic Building Blocks of
 * Double-Word Arithmetic, ACM TOMS 44 (2017); of the square root, V. Lefèvre et al., Accurate Calculation of Euclidean Norms Using
 * Double-Word Arithmetic, ACM TOMS 49 (2023).
 */
import { fastTwoSum, type Pair, twoProduct, twoSum } from "./ErrorFree.ts"

/** hi + lo with |lo| at most half a unit in the last place of hi. */
export type DoubleDouble = Pair

export const ZERO: DoubleDouble = { hi: 0, lo: 0 }
export const ONE: DoubleDouble = { hi: 1, lo: 0 }
export const PI: DoubleDouble = { hi: Math.PI, lo: 1.2246467991473532e-16 }
export const LN2: DoubleDouble = { hi: Math.LN2, lo: 2.3190468138462996e-17 }

/** The number itself: exact. */
export const of = (x: number): DoubleDouble => ({ hi: x, lo: 0 })

/** A whole number, rounded to 106 bits: error u². */
export const ofBigInt = (x: bigint): DoubleDouble => {
  const hi = Number(x)
  return Number.isFinite(hi) ? { hi, lo: Number(x - BigInt(hi)) } : { hi, lo: 0 }
}

/** The nearest float64. */
export const toNumber = (x: DoubleDouble): number => x.hi

/** The sum of a number and a much smaller one, in the form that all numbers here have. */
const normal = (hi: number, lo: number): DoubleDouble =>
  Number.isFinite(hi) && !Number.isNaN(lo) ? fastTwoSum(hi, lo) : { hi, lo: 0 }

/** x + y. Error 3u² + 13u³. Algorithm 6. */
export const add = (x: DoubleDouble, y: DoubleDouble): DoubleDouble => {
  const high = twoSum(x.hi, y.hi)
  const low = twoSum(x.lo, y.lo)
  const first = normal(high.hi, high.lo + low.hi)
  return normal(first.hi, low.lo + first.lo)
}

/** x + y. Error 2u². Algorithm 4. */
export const addNumber = (x: DoubleDouble, y: number): DoubleDouble => {
  const high = twoSum(x.hi, y)
  return normal(high.hi, x.lo + high.lo)
}

export const negate = (x: DoubleDouble): DoubleDouble => ({ hi: -x.hi, lo: -x.lo })

/** x − y. Error 3u² + 13u³. */
export const subtract = (x: DoubleDouble, y: DoubleDouble): DoubleDouble => add(x, negate(y))

/** |x|: exact. */
export const abs = (x: DoubleDouble): DoubleDouble => (x.hi < 0 ? negate(x) : x)

/** x · y. Error 5u² (7u² in the paper; 5u² by Muller and Rideau, ACM TOMS 48, 2022). Algorithm 10. */
export const multiply = (x: DoubleDouble, y: DoubleDouble): DoubleDouble => {
  const high = twoProduct(x.hi, y.hi)
  return normal(high.hi, high.lo + (x.hi * y.lo + x.lo * y.hi))
}

/** x · y. Error ³⁄₂u² + 4u³. Algorithm 7. */
export const multiplyNumber = (x: DoubleDouble, y: number): DoubleDouble => {
  const high = twoProduct(x.hi, y)
  const first = normal(high.hi, x.lo * y)
  return normal(first.hi, first.lo + high.lo)
}

/** x · 2ᵏ for a power of two that is given as such: exact. */
export const scale = (x: DoubleDouble, power: number): DoubleDouble => ({ hi: x.hi * power, lo: x.lo * power })

/** x / y. Error 15u² + 56u³. Algorithm 17. Division by 0 is that of float64. */
export const divide = (x: DoubleDouble, y: DoubleDouble): DoubleDouble => {
  const high = x.hi / y.hi
  const back = multiplyNumber(y, high)
  return normal(high, (x.hi - back.hi + (x.lo - back.lo)) / y.hi)
}

/** √x. Error 25/8 u². NaN below 0, and ±0 for ±0. */
export const sqrt = (x: DoubleDouble): DoubleDouble => {
  const high = Math.sqrt(x.hi)
  if (!(x.hi > 0)) return { hi: high, lo: 0 }
  const square = twoProduct(high, high)
  return normal(high, (x.hi - square.hi - square.lo + x.lo) / (2 * high))
}

/** Negative where x < y, positive where x > y, 0 where they are equal; NaN where one is NaN. */
export const compare = (x: DoubleDouble, y: DoubleDouble): number =>
  x.hi === y.hi ? Math.sign(x.lo - y.lo) : Math.sign(x.hi - y.hi)
