/** Random whole numbers: Poisson and binomial. */
import { exp, log } from "../special/Elementary.ts"
import { log1p } from "../special/Exponential.ts"
import { logLargestTerm } from "../special/IncompleteGamma.ts"
import type { RandomSource } from "./RandomSource.ts"
import { byRejection } from "./rejection.ts"

/** From this mean on, rejection costs less than the search from 0. */
const SMALL = 10

/** Least k with P(X ≤ k) ≥ u, by adding up probabilities from 0 on: `ratio(k)` is P(k) / P(k − 1). */
const search = (u: number, first: number, last: number, ratio: (k: number) => number): number => {
  let [k, probability, sum] = [0, first, first]
  while (u > sum && k < last && probability > 0) {
    k++
    probability *= ratio(k)
    sum += probability
  }
  return k
}

/**
 * Poisson variables, as float64. Means up to 2⁵⁰; throws `RangeError` for others, and for negative ones.
 *
 * Below 10 by inversion, a uniform number each; else by transformed rejection with squeeze, about two and a half. Source: W. Hörmann, Insurance:
 * Mathematics and Economics 12 (1993), algorithm PTRS.
 */
export const poissons = (source: RandomSource, count: number, mean: number): Float64Array => {
  if (!(mean >= 0 && mean <= 2 ** 50)) throw new RangeError(`a Poisson variable of mean ${mean}`)
  if (mean < SMALL) {
    const first = exp(-mean)
    return source.uniforms(count).map((u) => search(u, first, Number.POSITIVE_INFINITY, (k) => mean / k))
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const squeeze = 0.9277 - 3.6224 / (b - 2)
  const scale = log(1.1239 + 1.1328 / (b - 3.4))
  const logDensity = (k: number): number => logLargestTerm(k, mean)
  return transformed(source, count, {
    a,
    b,
    centre: mean + 0.43,
    squeeze,
    scale,
    last: Number.POSITIVE_INFINITY,
    logDensity
  })
}

/**
 * Binomial variables of n trials, as float64. Throws `RangeError` unless n is whole, from 0 to 2⁵⁰, and 0 ≤ p ≤ 1.
 *
 * Where n p < 10 by inversion, a uniform number each; else by transformed rejection with squeeze, about two and a half. Source: W. Hörmann,
 * Journal of Statistical Computation and Simulation 46 (1993), algorithm BTRS.
 */
export const binomials = (source: RandomSource, count: number, n: number, p: number): Float64Array => {
  if (!(Number.isInteger(n) && n >= 0 && n <= 2 ** 50 && p >= 0 && p <= 1)) {
    throw new RangeError(`a binomial variable of ${n} trials with probability ${p}`)
  }
  if (p > 0.5) return binomials(source, count, n, 1 - p).map((k) => n - k)
  const odds = p / (1 - p)
  if (n * p < SMALL) {
    const first = exp(n * log1p(-p))
    return source.uniforms(count).map((u) => search(u, first, n, (k) => (odds * (n - k + 1)) / k))
  }
  const deviation = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const mode = Math.floor((n + 1) * p)
  // Two Poisson variables whose sum is n: of their terms no digits cancel.
  const logTerms = (k: number): number => logLargestTerm(k, n * p) + logLargestTerm(n - k, n * (1 - p))
  const peak = logTerms(mode)
  const logDensity = (k: number): number => logTerms(k) - peak
  const scale = log((2.83 + 5.1 / b) * deviation)
  return transformed(source, count, { a, b, centre: n * p + 0.5, squeeze: 0.92 - 4.2 / b, scale, last: n, logDensity })
}

interface Hat {
  readonly a: number
  readonly b: number
  readonly centre: number
  /** Second numbers below are accepted in the middle without a look at the density. */
  readonly squeeze: number
  /** Logarithm of the hat's scale. */
  readonly scale: number
  readonly last: number
  readonly logDensity: (k: number) => number
}

/** Transformed rejection: k is a rational function of a uniform number, which another one accepts. */
const transformed = (source: RandomSource, count: number, hat: Hat): Float64Array =>
  byRejection(count, (missing) => {
    const [first, second] = [source.uniforms(missing), source.uniforms(missing)]
    return first.map((value, i) => {
      const [u, v] = [value - 0.5, second[i]!]
      const edge = 0.5 - Math.abs(u)
      const k = Math.floor(((2 * hat.a) / edge + hat.b) * u + hat.centre)
      if (edge >= 0.07 && v <= hat.squeeze) return k
      if (k < 0 || k > hat.last || (edge < 0.013 && v > edge)) return Number.NaN
      const bound = log(v) + hat.scale - log(hat.a / (edge * edge) + hat.b)
      return bound <= hat.logDensity(k) ? k : Number.NaN
    })
  })
