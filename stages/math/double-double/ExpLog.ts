/** Exponential and logarithm with 106 bits: what float64 functions and their tables are measured by. */
import * as Elementary from "../special/Elementary.ts"
import {
  add,
  addNumber,
  type DoubleDouble,
  LN2,
  multiply,
  multiplyNumber,
  ONE,
  of,
  scale,
  subtract,
  ZERO
} from "./DoubleDouble.ts"
import { inverseFactorials } from "./inverse-factorials.ts"

/** Halvings of the argument before the series: it is below 2⁻¹⁰ then. */
const HALVINGS = 9
const TERMS = 11

/**
 * eˣ. Relative error below 2⁻⁹⁵ for results from 2⁻⁹⁰⁰ on; below, digits are lost from the end. Beyond the range 0
 * or Infinity; NaN for NaN.
 *
 * x = k ln 2 + 2⁹ r, the series of e^r − 1, and nine times (1 + y)² − 1 = 2y + y², which loses no digits to the 1.
 */
export const exp = (x: DoubleDouble): DoubleDouble => {
  if (!(Math.abs(x.hi) < 746)) return of(Elementary.exp(x.hi))
  const k = Math.round(x.hi / LN2.hi)
  const r = scale(subtract(x, multiplyNumber(LN2, k)), 2 ** -HALVINGS)
  let y = ZERO
  for (let n = TERMS; n >= 1; n--) y = multiply(r, add(inverseFactorials[n]!, y))
  for (let i = 0; i < HALVINGS; i++) y = add(scale(y, 2), multiply(y, y))
  const half = Math.trunc(k / 2)
  const value = scale(scale(addNumber(y, 1), 2 ** half), 2 ** (k - half))
  return Number.isFinite(value.hi) ? value : of(value.hi)
}

/**
 * ln x. Error below 2⁻⁹⁵, relative where |ln x| ≥ 1 and absolute otherwise, −Infinity at 0, NaN below.
 *
 * One step of Newton's method on eʸ = x, cubic in the error of the float64 logarithm: y + 2 (x e^(−y) − 1) / (x e^(−y) + 1).
 */
export const log = (x: DoubleDouble): DoubleDouble => {
  const guess = Elementary.log(x.hi)
  if (!Number.isFinite(guess)) return of(guess)
  if (Math.abs(guess) > 500) {
    // Towards the ends of the range e^(−y) would leave it.
    const halvings = Math.sign(guess) * 512
    return add(log(scale(x, 2 ** -halvings)), multiplyNumber(LN2, halvings))
  }
  const ratio = multiply(x, exp(of(-guess)))
  const d = subtract(ratio, ONE)
  // 2d / (2 + d) to the third order, where |d| is below 1e-13.
  return addNumber(subtract(d, scale(multiply(d, d), 0.5)), guess)
}
