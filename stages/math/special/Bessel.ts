/** Bessel functions of orders 0 and 1, and the modified one of the second kind of any order. */
import { cos, exp, sin } from "./Elementary.ts"
import { cosh, sinh } from "./Exponential.ts"

/** From here on the expansions for large arguments have all digits. */
const LARGE = 30

/**
 * J of two orders by recurrence from far above, where J vanishes, scaled by J₀ + 2 J₂ + 2 J₄ + … = 1. Source: J. C. P. Miller; DLMF 3.6(iii), 10.12.4.
 */
const besselJs = (x: number): readonly [number, number] => {
  let [above, value, sum] = [0, 1e-300, 0]
  // An even order, at which J is below 1e-20 for arguments below 30.
  let first = 0
  for (let order = 2 * Math.ceil((x + 34) / 2); order > 0; order--) {
    if (order % 2 === 0) sum += 2 * value
    const below = (2 * order * value) / x - above
    above = value
    value = below
    first = above
  }
  sum += value
  return [value / sum, first / sum]
}

/** √(2/πx) (P cos χ − Q sin χ) for large x, with χ = x − π/4 − order π/2. Source: DLMF 10.17.3. */
const hankel = (order: 0 | 1, x: number): number => {
  const [even, odd] = hankelSums(order, x)
  const [c, s] = [cos(x), sin(x)]
  // √2 cos χ and √2 sin χ.
  const [u, v] = order === 0 ? [c + s, s - c] : [s - c, -s - c]
  return (even * u - odd * v) / Math.sqrt(Math.PI * x)
}

/** Σ ± a₂ₖ / x²ᵏ and Σ ± a₂ₖ₊₁ / x²ᵏ⁺¹, as far as the terms fall. */
const hankelSums = (order: number, x: number): readonly [number, number] => {
  let [even, odd, term] = [1, 0, 1]
  for (let k = 1; k < 60; k++) {
    const next = (term * (4 * order * order - (2 * k - 1) ** 2)) / (8 * k * x)
    if (Math.abs(next) < 1e-18 || Math.abs(next) > Math.abs(term)) break
    term = next
    const signed = k % 4 < 2 ? term : -term
    if (k % 2 === 1) odd += signed
    else even += signed
  }
  return [even, odd]
}

/** J₀(x). Absolute error 1e-15 for |x| up to 10⁵, relative to the amplitude √(2/π|x|) where that is smaller than 1. */
export const besselJ0 = (x: number): number => {
  const size = Math.abs(x)
  if (!Number.isFinite(size)) return Number.isNaN(x) ? x : 0
  return size < 1e-8 ? 1 : size < LARGE ? besselJs(size)[0] : hankel(0, size)
}

/** J₁(x). Errors as of J₀. */
export const besselJ1 = (x: number): number => {
  const size = Math.abs(x)
  if (!Number.isFinite(size)) return Number.isNaN(x) ? x : 0
  if (size < 1e-8) return x / 2
  const value = size < LARGE ? besselJs(size)[1] : hankel(1, size)
  return x < 0 ? -value : value
}

/** Σ (x²/4)ᵏ / (k! (k + order)!), all terms positive. Source: DLMF 10.25.2. */
const besselISeries = (order: 0 | 1, x: number): number => {
  const z = (x * x) / 4
  let [term, sum] = [1, 1]
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= z / (k * (k + order))
    sum += term
  }
  return order === 0 ? sum : (x / 2) * sum
}

/** Σ (−1)ᵏ aₖ / xᵏ of DLMF 10.40.1, all terms but one of one sign. */
const besselISum = (order: 0 | 1, x: number): number => {
  let [term, sum] = [1, 1]
  for (let k = 1; k < 60 && Math.abs(term) > 1e-17; k++) {
    term *= ((2 * k - 1) ** 2 - 4 * order * order) / (8 * k * x)
    sum += term
  }
  return sum
}

/** e^(−|x|) I of order 0 or 1: stays in the range where I does not. Relative error 6 ε. */
export const scaledBesselI = (order: 0 | 1, x: number): number => {
  const size = Math.abs(x)
  if (Number.isNaN(size)) return size
  const value =
    size < LARGE ? exp(-size) * besselISeries(order, size) : besselISum(order, size) / Math.sqrt(2 * Math.PI * size)
  return x < 0 && order === 1 ? -value : value
}

/** I of order 0 or 1. Relative error 6 ε for |x| < 30, and 2 ε |x| at most beyond; Infinity where it is beyond the range. */
export const besselI = (order: 0 | 1, x: number): number => {
  const size = Math.abs(x)
  if (!(size < 720))
    return Number.isNaN(x) ? x : order === 1 && x < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (size >= LARGE) return exp(size / 2) * (exp(size / 2) * scaledBesselI(order, x))
  const value = besselISeries(order, size)
  return x < 0 && order === 1 ? -value : value
}

/**
 * eˣ K_ν(x) for x > 0 and any real order ν: Infinity at 0, NaN below. Relative error (10 + 2 |ν|) ε.
 *
 * The trapezoidal rule on ∫₀^∞ e^(−x (cosh t − 1)) cosh(νt) dt (DLMF 10.32.9), whose error falls as e^(−π²/h); the integrand vanishes twice
 * exponentially.
 */
export const scaledBesselK = (order: number, x: number): number => {
  if (!(x > 0) || Number.isNaN(order)) return x === 0 ? Number.POSITIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return 0
  const nu = Math.abs(order)
  // With the factor eˣ, and as the integrand swells with the order.
  const h = (Math.PI * Math.PI) / (45 + x + 2 * nu)
  let sum = 0.5
  for (let i = 1; ; i++) {
    const t = i * h
    const root = sinh(t / 2)
    const decay = 2 * x * root * root
    const term = nu * t < 700 ? exp(-decay) * cosh(nu * t) : exp(nu * t - decay) / 2
    sum += term
    // Past its peak at x sinh t = ν, the integrand falls faster and faster.
    if (x * sinh(t) > nu && term < sum * 1e-18) return h * sum
    if (sum === Number.POSITIVE_INFINITY) return sum
  }
}

/** K_ν(x). Relative error (10 + 2 |ν|) ε where it is not subnormal. */
export const besselK = (order: number, x: number): number => exp(-x) * scaledBesselK(order, x)
