/** Householder reflectors of columns of row-major matrices, float64. */

/** Squares of numbers of this size, and sums of 2³² of them, neither overflow nor lose digits; those below are lost. */
const LARGE: f64 = 3.1217485503159922e144 // 2⁴⁸⁰
const SMALL: f64 = 3.2033329522929615e-145 // 2⁻⁴⁸⁰
const UP: f64 = 4.149515568880993e180 // 2⁶⁰⁰
const DOWN: f64 = 2.409919865102884e-181 // 2⁻⁶⁰⁰

/** What numbers up to `peak` are multiplied by before they are squared. */
@inline
function scaleFor(peak: f64): f64 {
  return peak > LARGE ? DOWN : peak < SMALL ? UP : 1
}

/** √Σ xᵢ² of `count` numbers, `row` bytes apart; squares are summed in order. */
export function euclidean(count: i32, x: usize, row: usize): f64 {
  let peak: f64 = 0
  for (let i = 0; i < count; i++) peak = Math.max(peak, Math.abs(load<f64>(x + <usize>i * row)))
  const scale = scaleFor(peak)
  return Math.sqrt(squares(count, x, row, scale)) / scale
}

function squares(count: i32, x: usize, row: usize, scale: f64): f64 {
  let sum: f64 = 0
  for (let i = 0; i < count; i++) {
    const element = load<f64>(x + <usize>i * row) * scale
    sum += element * element
  }
  return sum
}

/**
 * Turns a column of `count` numbers, `row` bytes apart, into (β, 0, …, 0)ᵀ by H = I − τ v vᵀ with v₁ = 1.
 *
 * β takes the place of the first number, the rest of v those of the others. Gives back τ; 0, for H = I, when the others
 * are zeros. Squares are summed in order. After LAPACK's dlarfg: β has the sign that avoids cancellation.
 */
export function reflect(count: i32, x: usize, row: usize): f64 {
  const first = load<f64>(x)
  let peak: f64 = 0
  for (let i = 1; i < count; i++) peak = Math.max(peak, Math.abs(load<f64>(x + <usize>i * row)))
  if (peak == 0) return 0
  peak = Math.max(peak, Math.abs(first))
  const scale = scaleFor(peak)
  const alpha = first * scale
  const length = Math.sqrt(alpha * alpha + squares(count - 1, x + row, row, scale))
  const beta = alpha > 0 ? -length : length
  const divisor = alpha - beta
  for (let i = 1; i < count; i++) {
    const at = x + <usize>i * row
    store<f64>(at, (load<f64>(at) * scale) / divisor)
  }
  store<f64>(x, beta / scale)
  return (beta - alpha) / beta
}
