/** Powers and roots that are not whole, with the same bits on every machine. */
import { multiplyNumber, of } from "../double-double/DoubleDouble.ts"
import * as ExpLog from "../double-double/ExpLog.ts"

/**
 * xʸ, with the special cases of `Math.pow`. Error: half a unit in the last place but for a chance of about 2⁻³⁰, where the result is not
 * subnormal. Cost: some microseconds; for whole exponents see `WholePower.ts`.
 */
export const pow = (x: number, y: number): number => {
  if (y === 0) return 1
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  const size = Math.abs(x)
  const isNegative = (x < 0 || Object.is(x, -0)) && Math.abs(y) % 2 === 1
  if (size === 1 && !Number.isFinite(y)) return Number.NaN
  if (x < 0 && Number.isFinite(x) && Number.isFinite(y) && !Number.isInteger(y)) return Number.NaN
  const value = positivePower(size, y)
  return isNegative ? -value : value
}

/** xʸ for x ≥ 0 and y ≠ 0. */
const positivePower = (x: number, y: number): number => {
  if (x === 1) return 1
  if (x === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0
  // Exponents beyond lead out of the range, or to 1, for every other x: nothing is lost, and no product overflows.
  const exponent = Math.sign(y) * Math.min(Math.abs(y), 2 ** 70)
  return ExpLog.exp(multiplyNumber(ExpLog.log(of(x)), exponent)).hi
}

const FLOAT = new Float64Array(1)
const BITS = new BigUint64Array(FLOAT.buffer)

/** A third of the exponent, so that a cube root of a positive normal number is guessed to 1 in 20. */
const roughRoot = (x: number): number => {
  FLOAT[0] = x
  BITS[0] = ((BITS[0]! >> 32n) / 3n + 715_094_163n) << 32n
  return FLOAT[0]!
}

/** A number rounded to 23 bits: its square is exact. */
const short = (x: number): number => {
  FLOAT[0] = x
  BITS[0] = (BITS[0]! + 0x80000000n) & 0xffffffffc0000000n
  return FLOAT[0]!
}

/** ∛x. Error 0.67 units in the last place. Source: FreeBSD, s_cbrt.c. */
export const cbrt = (x: number): number => {
  const size = Math.abs(x)
  if (size === 0 || !Number.isFinite(x)) return x
  if (size < 2 ** -1022) return cbrt(x * 2 ** 54) / 2 ** 18
  const guess = roughRoot(size)
  const r = guess * guess * (guess / size)
  const polynomial =
    1.87595182427177 +
    r * (-1.8849797954337717 + r * 1.6214297201053545) +
    r * r * r * (-0.758397934778766 + r * 0.14599619288661245)
  const root = short(guess * polynomial)
  const better = size / (root * root)
  const value = root + root * ((better - root) / (root + root + better))
  return x < 0 ? -value : value
}
