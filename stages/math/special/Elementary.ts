/**
 * Elementary functions that give the same bits on every machine: only + − × ÷, square roots and bit patterns.
 *
 * `Math.exp` and its like may differ between engines; a stage that calls these instead is `bitwise`. Errors stay below
 * 4 units in the last place on the ranges named, tested against the engine's own.
 * Algorithms and coefficients: Sun Microsystems, fdlibm 5.3 (1993), freely distributable.
 */

import { reduceLarge } from "./large-angles.ts"

const LN2_HI = 0.6931471803691238
const LN2_LO = 1.9082149292705877e-10

const FLOAT = new Float64Array(1)
const WORDS = new Int32Array(FLOAT.buffer)
/** Index of the word with sign and exponent: machines that this runs on are little-endian, as WebAssembly is. */
const HIGH = 1

/** x · 2ᵏ for results in the normal range. */
const scale = (x: number, k: number): number =>
  k > 1023 ? x * 2 ** 1023 * 2 ** (k - 1023) : k < -1022 ? x * 2 ** -1022 * 2 ** (k + 1022) : x * 2 ** k

/** eʸ − 1 for y = x − k ln 2, which lies within ½ ln 2. */
export const reducedExpm1 = (x: number, k: number): number => {
  const hi = x - k * LN2_HI
  const lo = k * LN2_LO
  const r = hi - lo
  const t = r * r
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))))
  return hi - (lo - (r * c) / (2 - c))
}

/** eˣ. */
export const exp = (x: number): number => {
  if (!(x <= 709.782712893384)) return x > 709 ? Number.POSITIVE_INFINITY : Number.NaN
  if (x < -745.1332191019411) return 0
  const k = Math.round(x / Math.LN2)
  return scale(1 + reducedExpm1(x, k), k)
}

/** The natural logarithm. */
export const log = (x: number): number => {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let k = 0
  let y = x
  if (y < 2.2250738585072014e-308) {
    y *= 2 ** 54
    k -= 54
  }
  FLOAT[0] = y
  k += (WORDS[HIGH]! >> 20) - 1023
  WORDS[HIGH] = (WORDS[HIGH]! & 0x000fffff) | 0x3ff00000
  let mantissa = FLOAT[0]!
  // The mantissa between √½ and √2 keeps the series short.
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    k += 1
  }
  const f = mantissa - 1
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const t1 = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373))
  const t2 = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)))
  const half = 0.5 * f * f
  return k * LN2_HI - (half - (s * (half + t1 + t2) + k * LN2_LO) - f)
}

const PI_OVER_2_HI = 1.5707963267948966
const PI_OVER_2_LO = 6.123233995736766e-17
const PIO2_1 = 1.5707963267341256
const PIO2_1T = 6.077100506506192e-11

const sinKernel = (x: number): number => {
  const z = x * x
  const r =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (0.0000027557313707070068 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))
  return x + z * x * (-0.16666666666666632 + z * r)
}

const cosKernel = (x: number): number => {
  const z = x * x
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (0.00002480158728947673 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))))
  const half = 0.5 * z
  const w = 1 - half
  return w + (1 - w - half + z * r)
}

/** Up to here sine and cosine are fast: multiples of the 33 bits of π/2 are exact. */
export const LARGEST_ANGLE = 1e5

/** The quadrant of an angle and what is left of it, between −π/4 and π/4. */
const reduce = (x: number): readonly [quadrant: number, rest: number] => {
  if (Math.abs(x) > LARGEST_ANGLE && Number.isFinite(x)) return reduceLarge(x)
  const n = Math.round(x / (Math.PI / 2))
  return [((n % 4) + 4) % 4, x - n * PIO2_1 - n * PIO2_1T]
}

/** The sine. Beyond 10⁵ it takes some microseconds. */
export const sin = (x: number): number => {
  const [quadrant, rest] = reduce(x)
  const value = quadrant % 2 === 0 ? sinKernel(rest) : cosKernel(rest)
  return quadrant < 2 ? value : -value
}

/** The cosine. Beyond 10⁵ it takes some microseconds. */
export const cos = (x: number): number => {
  const [quadrant, rest] = reduce(x)
  const value = quadrant % 2 === 0 ? cosKernel(rest) : sinKernel(rest)
  return quadrant === 1 || quadrant === 2 ? -value : value
}

/** (asin √z − √z) / √z³ · z, the rational part that asin and acos share, for 0 ≤ z ≤ ¼. */
const arcRational = (z: number): number => {
  const p =
    z *
    (0.16666666666666666 +
      z *
        (-0.3255658186224009 +
          z *
            (0.20121253213486293 +
              z * (-0.04005553450067941 + z * (0.0007915349942898145 + z * 0.00003479331075960212)))))
  const q =
    1 + z * (-2.403394911734414 + z * (2.0209457602335057 + z * (-0.6882839716054533 + z * 0.07703815055590194)))
  return p / q
}

/** The upper half of the bits of a number: products of two such are exact. */
const upper = (x: number): number => {
  FLOAT[0] = x
  WORDS[1 - HIGH] = 0
  return FLOAT[0]!
}

/** The inverse cosine on [−1, 1]. */
export const acos = (x: number): number => {
  const size = Math.abs(x)
  if (!(size <= 1)) return Number.NaN
  if (size === 1) return x > 0 ? 0 : Math.PI
  if (size < 0.5) return PI_OVER_2_HI - (x - (PI_OVER_2_LO - arcRational(x * x) * x))
  if (x < 0) {
    const z = (1 + x) * 0.5
    const s = Math.sqrt(z)
    return Math.PI - 2 * (s + (arcRational(z) * s - PI_OVER_2_LO))
  }
  const z = (1 - x) * 0.5
  const s = Math.sqrt(z)
  const df = upper(s)
  const c = (z - df * df) / (s + df)
  return 2 * (df + (arcRational(z) * s + c))
}

/** The inverse sine on [−1, 1]. */
export const asin = (x: number): number => {
  const size = Math.abs(x)
  if (!(size <= 1)) return Number.NaN
  if (size === 1) return x * PI_OVER_2_HI
  if (size < 0.5) return x + x * arcRational(x * x)
  const z = (1 - size) * 0.5
  const s = Math.sqrt(z)
  const r = arcRational(z)
  const df = upper(s)
  const c = (z - df * df) / (s + df)
  const value = Math.PI / 4 - (2 * s * r - (PI_OVER_2_LO - 2 * c) - (Math.PI / 4 - 2 * df))
  return x < 0 ? -value : value
}

/** The hyperbolic tangent. */
export const tanh = (x: number): number => {
  const size = Math.abs(x)
  if (Number.isNaN(size)) return size
  if (size < 2 ** -28) return x
  const value = size < 22 ? (size < 0.5 ? tanhSmall(size) : 1 - 2 / (exp(2 * size) + 1)) : 1
  return x < 0 ? -value : value
}

/** tanh by its continued fraction x / (1 + x²/(3 + x²/(5 + …))), which converges fast below ½ and cancels nothing. */
const tanhSmall = (x: number): number => {
  const z = x * x
  let tail = 21
  for (let odd = 19; odd >= 1; odd -= 2) tail = odd + z / tail
  return x / tail
}

/** The error function, by its series below 3 and the continued fraction of its complement above. Absolute error < 2e-16. */
export const erf = (x: number): number => {
  const size = Math.abs(x)
  if (Number.isNaN(size)) return size
  const value = size > 6 ? 1 : size < 2.5 ? erfSeries(size) : 1 - erfcFraction(size)
  return x < 0 ? -value : value
}

/** 1 − erf(x), without the loss of digits that the difference has where erf is near 1. */
export const erfc = (x: number): number => (x < 1.5 ? 1 - erf(x) : erfcFraction(x))

const TWO_OVER_SQRT_PI = 1.1283791670955126

/** 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!: all terms positive. Source: DLMF 7.6.2. */
const erfSeries = (x: number): number => {
  const z = 2 * x * x
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= z / (2 * n + 1)
    sum += term
  }
  return TWO_OVER_SQRT_PI * exp(-x * x) * sum
}

/** e^(−x²)/√π · 1/(x + ½/(x + 1/(x + ³⁄₂/(x + …)))). Source: DLMF 7.9.1. */
const erfcFraction = (x: number): number => {
  if (x > 28) return 0
  let tail = x
  for (let n = 120; n >= 1; n--) tail = x + n / 2 / tail
  // The upper half of x has an exact square, so that the exponent keeps its digits.
  const high = upper(x)
  return (TWO_OVER_SQRT_PI / 2) * ((exp(-high * high) * exp((high - x) * (high + x))) / tail)
}
