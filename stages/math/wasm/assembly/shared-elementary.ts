/**
 * The functions of `special/Elementary.ts` on two numbers at once, with the very bits: the same operations in the same order.
 *
 * Each holds on a range, as its comment says; outside the bits are others or the result is wrong, and callers take the functions of one number.
 */

const LN2: f64 = 0.6931471805599453
const LN2_HI: f64 = 0.6931471803691238
const LN2_LO: f64 = 1.9082149292705877e-10
const SQRT2: f64 = 1.4142135623730951
const HALF_PI: f64 = 1.5707963267948966
const PIO2_1: f64 = 1.5707963267341256
const PIO2_1T: f64 = 6.077100506506192e-11

@inline
export function plus(x: v128, y: v128): v128 {
  return f64x2.add(x, y)
}

@inline
export function minus(x: v128, y: v128): v128 {
  return f64x2.sub(x, y)
}

@inline
export function times(x: v128, y: v128): v128 {
  return f64x2.mul(x, y)
}

@inline
export function over(x: v128, y: v128): v128 {
  return f64x2.div(x, y)
}

@inline
export function both(x: f64): v128 {
  return f64x2.splat(x)
}

/** a + x y. */
@inline
export function step(a: f64, x: v128, y: v128): v128 {
  return plus(both(a), times(x, y))
}

/** `Math.round`: halves go up, and zeros keep their sign. */
@inline
function round(x: v128): v128 {
  const below = f64x2.floor(x)
  return v128.bitselect(plus(below, both(1)), below, f64x2.ge(minus(x, below), both(0.5)))
}

@inline
function roundOne(x: f64): f64 {
  const below = Math.floor(x)
  return x - below >= 0.5 ? below + 1 : below
}

/** Added to a whole number below 2⁵¹, leaves it in the lower bits. */
const SHIFT: f64 = 6755399441055744

/** Where both numbers are in the range of `exp`: |x| ≤ 708. */
@inline
export function isExpRange(x: v128): bool {
  return v128.all_true<i64>(f64x2.le(f64x2.abs(x), both(708)))
}

/** eˣ for |x| ≤ 708. */
@inline
export function exp(x: v128): v128 {
  const k = round(over(x, both(LN2)))
  const hi = minus(x, times(k, both(LN2_HI))), lo = times(k, both(LN2_LO))
  const r = minus(hi, lo)
  const t = times(r, r)
  let p = step(-0.0000016533902205465252, t, both(4.1381367970572385e-8))
  p = step(0.00006613756321437934, t, p)
  p = step(-0.0027777777777015593, t, p)
  p = step(0.16666666666666602, t, p)
  const c = minus(r, times(t, p))
  const y = minus(both(1), minus(minus(lo, over(times(r, c), minus(both(2), c))), hi))
  const power = i64x2.shl(i64x2.add(plus(k, both(SHIFT)), i64x2.splat(1023)), 52)
  return times(y, power)
}

/** eˣ of one number, whatever it is. */
export function expOne(x: f64): f64 {
  if (!(x <= 709.782712893384)) return x > 709 ? Infinity : NaN
  if (x < -745.1332191019411) return 0
  const k = roundOne(x / LN2)
  const hi = x - k * LN2_HI, lo = k * LN2_LO
  const r = hi - lo
  const t = r * r
  const c = r -
    t * (0.16666666666666602 +
      t * (-0.0027777777777015593 +
        t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))))
  const y = 1 - (lo - (r * c) / (2 - c) - hi)
  if (k > 1023) return y * powerOfTwo(1023) * powerOfTwo(k - 1023)
  return k < -1022 ? y * powerOfTwo(-1022) * powerOfTwo(k + 1022) : y * powerOfTwo(k)
}

/** 2ᵏ for −1022 ≤ k ≤ 1023. */
@inline
function powerOfTwo(k: f64): f64 {
  return reinterpret<f64>((<i64>k + 1023) << 52)
}

/** Where both numbers are positive, finite and not subnormal. */
@inline
export function isLogRange(x: v128): bool {
  return v128.all_true<i64>(
    v128.and(f64x2.ge(x, both(2.2250738585072014e-308)), f64x2.le(x, both(1.7976931348623157e308)))
  )
}

/** ln x for x in the normal range. */
@inline
export function log(x: v128): v128 {
  // The exponent as the lower bits of 2⁵² + e.
  const field = v128.or(i64x2.shr_u(x, 52), i64x2.splat(0x4330000000000000))
  let k = minus(minus(field, both(4503599627370496)), both(1023))
  let mantissa = v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000))
  const isLarge = f64x2.gt(mantissa, both(SQRT2))
  mantissa = v128.bitselect(over(mantissa, both(2)), mantissa, isLarge)
  k = plus(k, v128.and(both(1), isLarge))
  const f = minus(mantissa, both(1))
  const s = over(f, plus(both(2), f))
  const z = times(s, s)
  const w = times(z, z)
  const t1 = times(w, step(0.3999999999940942, w, step(0.22222198432149784, w, both(0.15313837699209373))))
  const t2 = times(
    z, step(0.6666666666666735, w, step(0.2857142874366239, w, step(0.1818357216161805, w, both(0.14798198605116586))))
  )
  const half = times(times(both(0.5), f), f)
  const small = plus(times(s, plus(plus(half, t1), t2)), times(k, both(LN2_LO)))
  return minus(times(k, both(LN2_HI)), minus(minus(half, small), f))
}

/** ln x of one number, whatever it is. */
export function logOne(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN
  if (x == Infinity) return x
  let k: f64 = 0
  let y = x
  if (y < 2.2250738585072014e-308) {
    y *= 18014398509481984
    k -= 54
  }
  const bits = reinterpret<u64>(y)
  k += <f64>(<i64>(bits >> 52)) - 1023
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000)
  if (mantissa > SQRT2) {
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

@inline
function sinKernel(x: v128): v128 {
  const z = times(x, x)
  let r = step(-2.5050760253406863e-8, z, both(1.58969099521155e-10))
  r = step(0.0000027557313707070068, z, r)
  r = step(-0.0001984126982985795, z, r)
  r = step(0.00833333333332249, z, r)
  return plus(x, times(times(z, x), step(-0.16666666666666632, z, r)))
}

@inline
function cosKernel(x: v128): v128 {
  const z = times(x, x)
  let r = step(2.087572321298175e-9, z, both(-1.1359647557788195e-11))
  r = step(-2.7557314351390663e-7, z, r)
  r = step(0.00002480158728947673, z, r)
  r = step(-0.001388888888887411, z, r)
  r = times(z, step(0.0416666666666666, z, r))
  const half = times(both(0.5), z)
  const w = minus(both(1), half)
  return plus(w, plus(minus(minus(both(1), w), half), times(z, r)))
}

@inline
function sinKernelOne(x: f64): f64 {
  const z = x * x
  const r = 0.00833333333332249 +
    z * (-0.0001984126982985795 +
      z * (0.0000027557313707070068 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))
  return x + z * x * (-0.16666666666666632 + z * r)
}

@inline
function cosKernelOne(x: f64): f64 {
  const z = x * x
  const r = z * (0.0416666666666666 +
    z * (-0.001388888888887411 +
      z * (0.00002480158728947673 +
        z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))))
  const half = 0.5 * z
  const w = 1 - half
  return w + (1 - w - half + z * r)
}

/** Where both numbers are in the range of `sin` and `cos`: |x| ≤ 10⁵. */
@inline
export function isAngleRange(x: v128): bool {
  return v128.all_true<i64>(f64x2.le(f64x2.abs(x), both(1e5)))
}

/** The sine for |x| ≤ 10⁵, of the angle `quarters` right angles on. */
@inline
export function sin(x: v128, quarters: i64): v128 {
  const n = round(over(x, both(HALF_PI)))
  const rest = minus(minus(x, times(n, both(PIO2_1))), times(n, both(PIO2_1T)))
  const quadrant = i64x2.add(plus(n, both(SHIFT)), i64x2.splat(quarters))
  const isOdd = i64x2.ne(v128.and(quadrant, i64x2.splat(1)), i64x2.splat(0))
  const value = v128.bitselect(cosKernel(rest), sinKernel(rest), isOdd)
  return v128.xor(value, i64x2.shl(v128.and(quadrant, i64x2.splat(2)), 62))
}

/** The sine of one number, whatever it is, `quarters` right angles on. */
export function sinOne(x: f64, quarters: f64): f64 {
  const n = roundOne(x / HALF_PI)
  const rest = x - n * PIO2_1 - n * PIO2_1T
  // Remainders by 2 and 4, exact as long as there are whole numbers.
  const quadrant = n - 4 * Math.floor(n / 4) + quarters
  const value = quadrant == 0 || quadrant == 2 || quadrant == 4 ? sinKernelOne(rest) : cosKernelOne(rest)
  return quadrant == 2 || quadrant == 3 ? -value : value
}

/** Where both numbers are in the range of `tanh`: |x| ≤ 354. */
@inline
export function isTanhRange(x: v128): bool {
  return v128.all_true<i64>(f64x2.le(f64x2.abs(x), both(354)))
}

/** The hyperbolic tangent for |x| ≤ 354. */
@inline
export function tanh(x: v128): v128 {
  const size = f64x2.abs(x)
  const isSmall = f64x2.lt(size, both(0.5))
  let value = both(0)
  if (!v128.all_true<i64>(isSmall)) {
    value = minus(both(1), over(both(2), plus(exp(times(both(2), size)), both(1))))
  }
  if (v128.any_true(isSmall)) {
    const z = times(size, size)
    let tail = both(21)
    for (let odd: f64 = 19; odd >= 1; odd -= 2) tail = plus(both(odd), over(z, tail))
    value = v128.bitselect(over(size, tail), value, isSmall)
  }
  return v128.or(value, v128.and(x, i64x2.splat(i64.MIN_VALUE)))
}

/** The hyperbolic tangent of one number, whatever it is. */
export function tanhOne(x: f64): f64 {
  const size = Math.abs(x)
  if (isNaN(size)) return size
  let value: f64 = 1
  if (size < 0.5) {
    const z = size * size
    let tail: f64 = 21
    for (let odd: f64 = 19; odd >= 1; odd -= 2) tail = odd + z / tail
    value = size / tail
  } else if (size < 22) value = 1 - 2 / (expOne(2 * size) + 1)
  return copysign<f64>(value, x)
}
