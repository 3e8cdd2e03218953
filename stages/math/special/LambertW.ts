/** The function of Lambert: solutions w of w eʷ = x. */
import { exp, log } from "./Elementary.ts"
import { log1p } from "./Exponential.ts"

/** 1/e and what float64 leaves out of it. */
const INVERSE_E = 0.36787944117144233
const INVERSE_E_REST = -1.2428753672788363e-17

/** W next to the branch point: −1 + p − p²/3 + 11p³/72 − …, p = ±√(2 (e x + 1)). Source: DLMF 4.13.6. */
const COEFFICIENTS = [
  -1,
  1,
  -1 / 3,
  11 / 72,
  -43 / 540,
  769 / 17_280,
  -221 / 8505,
  680_863 / 43_545_600,
  -1963 / 204_120,
  226_287_557 / 37_623_398_400
]

const atBranch = (p: number): number => COEFFICIENTS.reduceRight((sum, coefficient) => sum * p + coefficient, 0)

/** √(2 (e x + 1)), without the loss of digits next to x = −1/e; NaN below. */
const distance = (x: number): number => Math.sqrt(2 * Math.E * (x + INVERSE_E + INVERSE_E_REST))

/** Steps of Halley's method, each trebling the digits. Source: R. M. Corless et al., On the Lambert W Function (1996), equation 5.9. */
const polished = (x: number, guess: number): number => {
  let w = guess
  for (let pass = 0; pass < 20; pass++) {
    const power = exp(w)
    const error = w * power - x
    const step = error / (power * (w + 1) - ((w + 2) * error) / (2 * w + 2))
    w -= step
    if (!(Math.abs(step) > 1e-15 * Math.abs(w))) break
  }
  return w
}

/** The same of w + ln |w| = `size`, the logarithm of |x|, where eʷ or w eʷ would leave the range. Each step doubles the digits. */
const byLogarithm = (size: number, guess: number): number => {
  let w = guess
  for (let pass = 0; pass < 4; pass++) w -= (w + log(Math.abs(w)) - size) / (1 + 1 / w)
  return w
}

/** Powers of e from here on leave the range, or their digits below 1 over it. */
const FAR = 1e300

/** Next to the branch point the series alone has more digits than the steps would leave. */
const NEAR = 0.03

/** W₀(x) ≥ −1, for x ≥ −1/e; NaN below. Relative error 4 ε, and up to 20 ε next to the branch point −1/e. */
export const lambertW = (x: number): number => {
  if (x === 0 || !(x < Number.POSITIVE_INFINITY)) return x
  const p = distance(x)
  if (!(p > NEAR)) return atBranch(p)
  if (x > FAR) return byLogarithm(log(x), log(x))
  const first = x < 1 ? (x < -0.25 ? atBranch(p) : x / (1 + x)) : log1p(x) * (1 - log1p(log1p(x)) / (2 + log1p(x)))
  return polished(x, first)
}

/** W₋₁(x) ≤ −1, for −1/e ≤ x < 0; −Infinity at 0, NaN elsewhere. Errors as of W₀. */
export const lambertWMinus1 = (x: number): number => {
  if (!(x < 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  const p = distance(x)
  if (!(p > NEAR)) return atBranch(-p)
  if (x < -0.25) return polished(x, atBranch(-p))
  const size = log(-x)
  if (-x < 1 / FAR) return byLogarithm(size, size)
  return polished(x, size - log(-size) + log(-size) / size)
}
