/** The regularised incomplete gamma functions, distribution functions of gamma, χ² and Poisson variables. */
import { exp, log } from "./Elementary.ts"
import { logGamma, stirlingRest } from "./Gamma.ts"

/** μ − ln(x/a) for μ = x/a − 1, whose digits would cancel for small μ, as those of μ do for a small x. */
const logDeviance = (a: number, x: number): number => {
  const mu = (x - a) / a
  if (Math.abs(mu) > 0.4) return mu - log(x / a)
  const s = mu / (2 + mu)
  const z = s * s
  let sum = 0
  for (let odd = 33; odd >= 3; odd -= 2) sum = sum * z + 1 / odd
  return s * (mu - 2 * z * sum)
}

/** x^a e^(−x) / Γ(a + 1): the largest term of the series. For large a, in the form that has all digits next to x = a. */
export const largestTerm = (a: number, x: number): number =>
  a < 10 ? exp(logSmallTerm(a, x)) : exp(-a * logDeviance(a, x) - stirlingRest(a)) / Math.sqrt(2 * Math.PI * a)

const logSmallTerm = (a: number, x: number): number => a * log(x) - x - logGamma(a + 1)

/** Its logarithm, with an error of ε next to x = a, however large they are. */
export const logLargestTerm = (a: number, x: number): number =>
  a < 10 ? logSmallTerm(a, x) : -a * logDeviance(a, x) - stirlingRest(a) - log(2 * Math.PI * a) / 2

/** Σ x^n / ((a + 1) … (a + n)), all terms positive. Source: DLMF 8.7.1. */
const series = (a: number, x: number): number => {
  let [term, sum] = [1, 1]
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

/** 1/(x + 1 − a − (1 − a)/(x + 3 − a − …)), by the method of Lentz. Source: DLMF 8.9.2. */
const fraction = (a: number, x: number): number => {
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let value = d
  for (let n = 1; n < 1_000_000; n++) {
    const numerator = -n * (n - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    const factor = d * c
    value *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return value
}

export interface Tails {
  /** P(a, x), rising in x from 0 to 1. */
  readonly lower: number
  /** Q(a, x) = 1 − P(a, x). */
  readonly upper: number
}

/**
 * P(a, x) = ∫₀ˣ t^(a−1) e^(−t) dt / Γ(a) and its complement, for a > 0; NaN elsewhere.
 *
 * Relative error of P for x < a + 1, and of Q beyond, (50 + 10 |ln P|) ε up to a = 10⁵; the other one is 1 minus it. Cost: O(√a) steps next to
 * x = a.
 */
export const incompleteGamma = (a: number, x: number): Tails => {
  if (!(a > 0) || !Number.isFinite(a) || Number.isNaN(x)) return { lower: Number.NaN, upper: Number.NaN }
  if (x <= 0) return { lower: 0, upper: 1 }
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 }
  if (x < a + 1) {
    const lower = Math.min(1, largestTerm(a, x) * series(a, x))
    return { lower, upper: 1 - lower }
  }
  const upper = Math.min(1, largestTerm(a, x) * a * fraction(a, x))
  return { lower: 1 - upper, upper }
}

/** ln P(a, x) for 0 < x < a + 1, also where P is too small for a number, and its derivative by ln x. */
export const logLower = (a: number, x: number): { readonly value: number; readonly slope: number } => {
  const sum = series(a, x)
  return { value: logLargestTerm(a, x) + log(sum), slope: a / sum }
}

/** Distribution function of χ² with `degrees` degrees of freedom. Errors as above. */
export const chiSquareCdf = (x: number, degrees: number): number => incompleteGamma(degrees / 2, x / 2).lower
