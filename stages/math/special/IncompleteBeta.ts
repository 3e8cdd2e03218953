/** The regularised incomplete beta function: distribution function of beta, Student, F and binomial variables. */
import { exp, log } from "./Elementary.ts"
import { log1p } from "./Exponential.ts"
import { logBeta } from "./Gamma.ts"

/** The continued fraction of DLMF 8.17.22, by the method of Lentz. */
const fraction = (a: number, b: number, x: number): number => {
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let value = d
  const step = (numerator: number): number => {
    d = 1 / (1 + numerator * d)
    c = 1 + numerator / c
    value *= c * d
    return Math.abs(c * d - 1)
  }
  for (let m = 1; m < 100_000; m++) {
    step((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)))
    if (step((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))) < 1e-16) break
  }
  return value
}

/** x^a y^b / (a B(a, b)), with y = 1 − x. */
const front = (a: number, b: number, x: number, y: number): number =>
  exp(a * (x < 0.5 ? log(x) : log1p(-y)) + b * (y < 0.5 ? log(y) : log1p(-x)) - logBeta(a, b)) / a

/**
 * I_x(a, b) = ∫₀ˣ t^(a−1) (1 − t)^(b−1) dt / B(a, b), for 0 ≤ x ≤ 1 and a, b > 0; NaN elsewhere.
 *
 * Relative error (50 + a + b) ε for x < (a + 1) / (a + b + 2); beyond, it is 1 minus what is so exact. `y` is 1 − x, for where that is known
 * better. Cost: O(√max(a, b)) steps.
 */
export const incompleteBeta = (a: number, b: number, x: number, y = 1 - x): number => {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return Number.NaN
  if (x === 0 || y === 0) return x === 0 ? 0 : 1
  // Here the fraction of the one or of the other side converges fast.
  return x < (a + 1) / (a + b + 2) ? front(a, b, x, y) * fraction(a, b, x) : 1 - front(b, a, y, x) * fraction(b, a, y)
}

/**
 * The x at which I_x(a, b) = p, for 0 ≤ p ≤ 1; NaN elsewhere. Error 1e-13, relative below ½.
 *
 * Newton's steps between bounds that close in, below ½ on logarithms, of which the tail is nearly a line; where one leaves the bounds, the middle is
 * taken.
 */
export const inverseIncompleteBeta = (a: number, b: number, p: number): number => {
  if (!(a > 0 && b > 0 && p >= 0 && p <= 1)) return Number.NaN
  if (p === 0 || p === 1) return p
  let [low, high] = [0, 1]
  let x = start(a, b, p)
  if (x === 0) return x
  for (let pass = 0; pass < 200; pass++) {
    const value = incompleteBeta(a, b, x)
    const error = value - p
    if (error === 0) return x
    if (error < 0) low = x
    else high = x
    const density = (front(a, b, x, 1 - x) * a) / (x * (1 - x))
    const newton = p < 0.5 ? x * exp(((log(p) - log(value)) * value) / (density * x)) : x - error / density
    if (Math.abs(newton - x) <= 1e-16 * x) return x
    // Far below, the middle is meant of orders of magnitude.
    const middle = low > 0 && low < high / 4 ? Math.sqrt(low * high) : (low + high) / 2
    x = newton > low && newton < high ? newton : low === 0 ? high / 16 : middle
  }
  return x
}

/** From the lower end, where x^a decides, also if x is too small for a number; else from the mean. */
const start = (a: number, b: number, p: number): number => {
  const mean = a / (a + b)
  const below = exp((log(p) + log(a) + logBeta(a, b)) / a)
  return below < mean / 2 ? below : mean
}
