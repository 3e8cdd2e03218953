/** The inverse of the regularised incomplete gamma function: quantiles of gamma and χ² variables. */
import { exp, log } from "./Elementary.ts"
import { logGamma } from "./Gamma.ts"
import { incompleteGamma, largestTerm, logLower } from "./IncompleteGamma.ts"
import { normalQuantile } from "./Statistics.ts"

/**
 * The x that Wilson and Hilferty give, or for a < 1 the two ends of the distribution: a first guess. Far below the mean it is that of the first
 * terms of the series, x^a e^(−a x / (a + 1)) / Γ(a + 1).
 */
const guess = (a: number, p: number): number => {
  const first = exp((log(p) + logGamma(a + 1)) / a)
  if (first < 0.1 * (a + 1)) return first * exp(first / (a + 1))
  if (a >= 1) {
    const root = 1 - 1 / (9 * a) + normalQuantile(p) / (3 * Math.sqrt(a))
    return Math.max(1e-3, root * root * root) * a
  }
  const share = 1 - a * (0.253 + a * 0.12)
  return p < share ? exp(log(p / share) / a) : 1 - log(1 - (p - share) / (1 - share))
}

/** By Newton's steps on ln P as a function of ln x: it is concave, so that from the second one on they come from below, and do not leave the range. */
const belowMedian = (a: number, p: number): number => {
  const target = log(p)
  // The median lies below a.
  let x = Math.min(guess(a, p), a)
  for (let pass = 0; pass < 60 && x > 0; pass++) {
    const { value, slope } = logLower(a, x)
    const step = (target - value) / slope
    x = Math.min(x * exp(step), a)
    if (Math.abs(step) < 1e-15) break
  }
  return x
}

/** By Halley's steps on P or Q, whichever is smaller. Source: W. H. Press et al., Numerical Recipes, 3rd ed., 6.2.1. */
const aboveMedian = (a: number, p: number): number => {
  let x = guess(a, p)
  for (let pass = 0; pass < 20; pass++) {
    const { upper } = incompleteGamma(a, x)
    const density = (largestTerm(a, x) * a) / x
    if (!(density > 0)) break
    const newton = (1 - p - upper) / density
    const step = newton / (1 - Math.min(1, newton * ((a - 1) / x - 1)) / 2)
    const next = x - step
    x = next > 0 ? next : x / 2
    if (Math.abs(step) < 1e-15 * x) break
  }
  return x
}

/** The x at which P(a, x) = p, for 0 ≤ p ≤ 1; NaN elsewhere. Relative error 2e-13, or what p next to 1 leaves of it. */
export const inverseIncompleteGamma = (a: number, p: number): number => {
  if (!(a > 0) || !(p >= 0 && p <= 1)) return Number.NaN
  if (p === 0) return 0
  if (p === 1) return Number.POSITIVE_INFINITY
  return p < 0.5 ? belowMedian(a, p) : aboveMedian(a, p)
}
