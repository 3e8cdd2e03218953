/**
 * Functions of float32, computed in f64 and rounded: right to half a unit in the last place and a little.
 *
 * Polynomials of sine and cosine: Sun Microsystems, fdlibm 5.3 (1993), k_sin.c and k_cos.c; of e^x and log(1 + x): Taylor and atanh
 * series, long enough for float32. NaN gives NaN; infinite angles give NaN.
 */

const SIN: i32 = 0
const COS: i32 = 1
const TAN: i32 = 2
const SOFTPLUS: i32 = 3

/** π / 2 in two parts: a product of the first with up to 2²⁰ is exact. */
const HALF_PI_HI: f64 = 1.57079632673412561417e+00
const HALF_PI_LO: f64 = 6.07710050650619224932e-11

@inline
function sinOf(r: f64): f64 {
  const z = r * r
  return r + r * z * (-1.66666666666666324348e-01 + z * (8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 +
    z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))))
}

@inline
function cosOf(r: f64): f64 {
  const z = r * r
  return 1 - 0.5 * z + z * z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 +
    z * (2.48015872894767294178e-05 + z * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 -
    z * 1.13596475577881948265e-11)))))
}

/** The sine of x + quarters · π / 2. The error grows beyond |x| = 10⁹, as the angle is then known to no more. */
function turned(x: f64, quarters: i64): f64 {
  const n = nearest(x * 0.63661977236758134308)
  const r = x - n * HALF_PI_HI - n * HALF_PI_LO
  // Larger angles have no quadrant that could be told; what is no number stays none.
  const k = (abs(n) < 4e18 ? <i64>n : 0) + quarters
  const s = k & 1 ? cosOf(r) : sinOf(r)
  return k & 2 ? -s : s
}

/** e^x for x ≤ 0. */
function expOf(x: f64): f64 {
  if (!(x >= -160)) return x != x ? x : 0
  const n = nearest(x * 1.44269504088896338700)
  const r = x - n * 6.93147180369123816490e-01 - n * 1.90821492927058770002e-10
  let p: f64 = 1
  for (let i: f64 = 11; i > 0; i--) p = 1 + (r / i) * p
  return p * reinterpret<f64>(<i64>(n + 1023) << 52)
}

/** log(1 + u) for 0 ≤ u ≤ 1, by 2 atanh(u / (2 + u)): good also where u is tiny. */
function log1pOf(u: f64): f64 {
  const s = u / (2 + u), z = s * s
  let p: f64 = 0
  for (let i: f64 = 29; i > 0; i -= 2) p = 1 / i + z * p
  return 2 * s * p
}

function softplusOf(x: f64): f64 {
  return max(x, 0) + log1pOf(expOf(-abs(x)))
}

/** One of the functions above, for `count` elements. */
export function apply(which: i32, x: usize, count: i32, to: usize): void {
  for (let i = 0; i < count; i++) {
    const value = <f64>load<f32>(x + (<usize>i << 2))
    let result: f64 = 0
    if (which == SIN) result = turned(value, 0)
    else if (which == COS) result = turned(value, 1)
    else if (which == TAN) result = turned(value, 0) / turned(value, 1)
    else if (which == SOFTPLUS) result = softplusOf(value)
    store<f32>(to + (<usize>i << 2), <f32>result)
  }
}
