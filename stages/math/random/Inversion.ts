/**
 * Random numbers by the inverse of their distribution function: each costs one uniform number of the source, and rises with it.
 */
import { exp, log } from "../special/Elementary.ts"
import { log1p } from "../special/Exponential.ts"
import { normalCdf, normalQuantile } from "../special/Statistics.ts"
import type { RandomSource } from "./RandomSource.ts"

/** Exponential with mean 1: P(X > x) = e^(−x). */
export const exponentials = (source: RandomSource, count: number): Float64Array =>
  source.uniforms(count).map((u) => -log1p(-u))

/** The largest of many, standard Gumbel: P(X ≤ x) = exp(−e^(−x)). */
export const gumbels = (source: RandomSource, count: number): Float64Array =>
  source.uniforms(count).map((u) => -log(-log(u)))

/** Standard logistic: P(X ≤ x) = 1 / (1 + e^(−x)). */
export const logistics = (source: RandomSource, count: number): Float64Array =>
  source.uniforms(count).map((u) => log(u) - log1p(-u))

/** Laplace with scale 1: density e^(−|x|) / 2. */
export const laplaces = (source: RandomSource, count: number): Float64Array =>
  source.uniforms(count).map((u) => (u < 0.5 ? log(2 * u) : -log(2 * (1 - u))))

/** Where P(X > x) of a normal variable leaves the range of float64, about. */
const FARTHEST = 37

/**
 * Standard normal between two bounds, either of which may be infinite.
 *
 * Beyond 37 standard deviations the tail is taken as exponential, which it is to 1 in 1000. Throws `RangeError` unless from < to.
 */
export const truncatedNormals = (source: RandomSource, count: number, from: number, to: number): Float64Array => {
  if (!(from < to)) throw new RangeError(`no normal number lies between ${from} and ${to}`)
  // In the left half, probabilities have their full relative precision.
  if (from > 0) return truncatedNormals(source, count, -to, -from).map((x) => -x)
  if (to < -FARTHEST) return farTail(source, count, from, to)
  const [low, high] = [normalCdf(from), normalCdf(to)]
  return source.uniforms(count).map((u) => Math.min(to, Math.max(from, normalQuantile(low + u * (high - low)))))
}

/** Far out the density is that of an exponential variable, of rate |to|. */
const farTail = (source: RandomSource, count: number, from: number, to: number): Float64Array => {
  const rate = -to
  const share = 1 - exp(rate * (from - to))
  return source.uniforms(count).map((u) => Math.max(from, to + log1p(-u * share) / rate))
}
