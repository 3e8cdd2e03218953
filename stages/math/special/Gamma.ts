/** The gamma function, its logarithm and the derivative of that, and the beta function. */
import { cos, exp, log, sin } from "./Elementary.ts"
import { log1p } from "./Exponential.ts"
import { pow } from "./Power.ts"

/** sin πx and cos πx, exact where they are 0, ½ or 1: x is reduced before it is multiplied. */
const sinPi = (x: number): number => {
  const rest = x - 2 * Math.round(x / 2)
  const folded = Math.abs(rest) > 0.5 ? Math.sign(rest) - rest : rest
  return sin(Math.PI * folded)
}
const cosPi = (x: number): number => {
  const rest = Math.abs(x - 2 * Math.round(x / 2))
  return rest > 0.25 && rest < 0.75 ? sinPi(0.5 - rest) : cos(Math.PI * rest)
}

/** (ζ(k) − 1) / k for k from 2 on. */
const ZETA = [
  0.3224670334241132, 0.0673523010531981, 0.020580808427784546, 0.007385551028673986, 0.0028905103307415234,
  0.001192753911703261, 0.0005096695247430425, 0.00022315475845357939, 9.945751278180853e-5, 4.492623673813314e-5,
  2.050721277567069e-5, 9.439488275268397e-6, 4.374866789907488e-6, 2.039215753801366e-6, 9.55141213040742e-7,
  4.492469198764566e-7, 2.1207184805554665e-7, 1.0043224823968099e-7, 4.7698101693639804e-8, 2.2711094608943164e-8,
  1.0838659214896955e-8, 5.183475041970047e-9, 2.4836745438024785e-9, 1.1921401405860912e-9, 5.731367241678862e-10,
  2.7595228851242334e-10
]
const ONE_MINUS_EULER = 0.42278433509846713

/** ln Γ(2 + z) for |z| ≤ ½. Source: DLMF 5.7.3. */
const logGammaAtTwo = (z: number): number =>
  z * (ONE_MINUS_EULER + z * ZETA.reduceRight((sum, coefficient) => coefficient - z * sum, 0))

/** B₂ₖ / (2k (2k − 1)). */
const STIRLING = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953, 0.0008417508417508417,
  -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242, 0.17964437236883057
]
const HALF_LOG_TWO_PI = 0.9189385332046728

/** Below, 1/x has all digits of Γ(x), and products with x may leave the range. */
const TINY = 2 ** -60

/** From here on the series of Stirling has all digits. */
const LARGE = 10

/** What Stirling's formula leaves out: ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π), for x ≥ 10. Source: DLMF 5.11.1. */
export const stirlingRest = (x: number): number => {
  const z = 1 / (x * x)
  return STIRLING.reduceRight((sum, coefficient) => sum * z + coefficient, 0) / x
}

/**
 * ln |Γ(x)|. Error: relative, 4 ε for x > 0, and that of the larger of its parts below 0. Infinity at 0, −1, −2, … and ±Infinity.
 *
 * For x < 10 by recurrence from the series at 2, which keeps the digits next to the zeros at 1 and 2; beyond by Stirling's series.
 */
export const logGamma = (x: number): number => {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY
    if (x > -TINY) return -log(-x)
    return log(Math.PI / Math.abs(x * sinPi(x))) - logGamma(-x)
  }
  if (x >= LARGE) return (x - 0.5) * (log(x) - 1) + (HALF_LOG_TWO_PI - 0.5) + stirlingRest(x)
  if (x < 0.5) return logGammaAtTwo(x) - log1p(x) - log(x)
  if (x < 1.5) return logGammaAtTwo(x - 1) - log1p(x - 1)
  let product = 1
  let rest = x
  for (; rest > 2.5; rest -= 1) product *= rest - 1
  return product === 1 ? logGammaAtTwo(rest - 2) : logGammaAtTwo(rest - 2) + log(product)
}

const P = [
  1, 0.4942148268014971, 0.20744822764843598, 0.04763678004571372, 0.010421379756176158, 0.0011913514700658638,
  0.00016011952247675185
]
const Q = [
  1, 0.07143049170302732, -0.23459179571824335, 0.035823639860549865, 0.011813978522206043, -0.004456419138517973,
  0.0005396055804933034, -2.3158187332412014e-5
]

const polynomial = (x: number, coefficients: ReadonlyArray<number>): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)

/**
 * Γ(x). Relative error 8 ε. NaN at −1, −2, … and −Infinity, ±Infinity at ±0, Infinity above 171.62.
 *
 * By recurrence from a rational function on [2, 3]; from 33 on by Stirling's series. Source: S. L. Moshier, Cephes, gamma.c (1989).
 */
export const gamma = (x: number): number => {
  if (x === 0) return 1 / x
  if (x < 0) {
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN
    if (x > -TINY) return 1 / x
    // With −x and not 1 − x, which may have to be rounded.
    return -Math.PI / (x * sinPi(x)) / gamma(-x)
  }
  if (!(x <= 171.63)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY
  if (x > 33) return byStirling(x)
  let [product, rest] = [1, x]
  for (; rest >= 3; ) {
    rest -= 1
    product *= rest
  }
  for (; rest < 2; rest += 1) product /= rest
  return (product * polynomial(rest - 2, P)) / polynomial(rest - 2, Q)
}

const SQRT_TWO_PI = 2.5066282746310007

/** √2π x^(x − ½) e^(r − x) with the power in two halves, which would be too large. */
const byStirling = (x: number): number => {
  const half = pow(x, x / 2 - 0.25)
  const rest = stirlingRest(x)
  // e^r = 1 + r + r²/2 + r³/6 + r⁴/24 for r below 1/396.
  const correction = 1 + rest * (1 + (rest / 2) * (1 + (rest / 3) * (1 + rest / 4)))
  return SQRT_TWO_PI * (half * exp(-x)) * correction * half
}

/** B₂ₖ / 2k. */
const DIGAMMA = [
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667, 0.007575757575757576,
  -0.021092796092796094, 0.08333333333333333, -0.4432598039215686
]

/**
 * ψ(x) = Γ′(x) / Γ(x). Error 4 ε, relative where |ψ| ≥ 1 and absolute next to its zeros. NaN at 0, −1, −2, … and −Infinity.
 *
 * Source: DLMF 5.11.2, 5.5.2 and 5.5.4.
 */
export const digamma = (x: number): number => {
  if (x <= 0) {
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN
    if (x > -TINY) return -1 / x
    return digamma(-x) - 1 / x - (Math.PI * cosPi(x)) / sinPi(x)
  }
  let [sum, rest] = [0, x]
  for (; rest < LARGE; rest += 1) sum += 1 / rest
  const z = 1 / (rest * rest)
  const tail = 1 / (2 * rest) + z * DIGAMMA.reduceRight((total, coefficient) => total * z + coefficient, 0)
  return log(rest) - tail - sum
}

/**
 * ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), for a, b > 0; NaN elsewhere.
 *
 * Large parts are cancelled by hand, so the error is 16 ε of the result or of 1, and not of ln Γ(a + b).
 */
export const logBeta = (a: number, b: number): number => {
  const [least, most] = a < b ? [a, b] : [b, a]
  if (!(least > 0)) return Number.NaN
  const whole = least + most
  if (most < LARGE) return logGamma(a) + logGamma(b) - logGamma(whole)
  if (least < LARGE) {
    const rest = stirlingRest(most) - stirlingRest(whole)
    return logGamma(least) + rest + least - least * log(whole) + (most - 0.5) * log1p(-least / whole)
  }
  const rest = stirlingRest(least) + (stirlingRest(most) - stirlingRest(whole))
  return HALF_LOG_TWO_PI - 0.5 * log(most) + rest + (least - 0.5) * log(least / whole) + most * log1p(-least / whole)
}
