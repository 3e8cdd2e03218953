/** Summary statistics, and the normal distribution. */
import { erfc, log } from "./Elementary.ts"

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Unbiased variance, in two passes. NaN for fewer than two values. */
export const variance = (values: ArrayLike<number>): number => {
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2
  return sum / (values.length - 1)
}

export const standardDeviation = (values: ArrayLike<number>): number => Math.sqrt(variance(values))

/** Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996). */
export const quantile = (values: ArrayLike<number>, share: number): number => {
  const sorted = Float64Array.from(values).sort()
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below]!
  return low + (position - below) * ((sorted[below + 1] ?? low) - low)
}

/** Slope of log y against log x by least squares: the exponent of a power law. */
export const logLogSlope = (x: ReadonlyArray<number>, y: ReadonlyArray<number>): number => {
  const [u, v] = [x.map(log), y.map(log)]
  const [centreU, centreV] = [mean(u), mean(v)]
  let products = 0
  let squares = 0
  for (let i = 0; i < u.length; i++) {
    products += (u[i]! - centreU) * (v[i]! - centreV)
    squares += (u[i]! - centreU) ** 2
  }
  return products / squares
}

/** Distribution function of N(0, 1). Absolute error below 2e-16. */
export const normalCdf = (x: number): number => erfc(-x / Math.SQRT2) / 2

/** Σ coefficients[i] xⁱ. */
const polynomial = (x: number, coefficients: ReadonlyArray<number>): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)

const CENTRE_P = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227
]
const CENTRE_Q = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852546
]
const MIDDLE_P = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414
]
const MIDDLE_Q = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9
]
const TAIL_P = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7
]
const TAIL_Q = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
  1.421511758316446e-7, 2.0442631033899397e-15
]

/**
 * Quantile of N(0, 1) at a probability in (0, 1); ±Infinity at its ends, NaN beyond. Relative error about 1e-16.
 *
 * Source: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988), routine PPND16.
 */
export const normalQuantile = (probability: number): number => {
  const q = probability - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(r, CENTRE_P)) / polynomial(r, CENTRE_Q)
  }
  const tail = q < 0 ? probability : 1 - probability
  if (tail === 0) return q * Number.POSITIVE_INFINITY
  const r = Math.sqrt(-log(tail))
  const value =
    r <= 5
      ? polynomial(r - 1.6, MIDDLE_P) / polynomial(r - 1.6, MIDDLE_Q)
      : polynomial(r - 5, TAIL_P) / polynomial(r - 5, TAIL_Q)
  return q < 0 ? -value : value
}
