/** Sums of multiples of vectors, float64. */

/** y += factor · x for `count` numbers. */
@inline
export function add(count: i32, factor: f64, x: usize, y: usize): void {
  const factors = f64x2.splat(factor)
  for (; count >= 2; count -= 2) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(factors, v128.load(x))))
    x += 16
    y += 16
  }
  if (count == 1) store<f64>(y, load<f64>(y) + factor * load<f64>(x))
}

/** y −= factor · x for `count` numbers. */
@inline
export function subtract(count: i32, factor: f64, x: usize, y: usize): void {
  add(count, -factor, x, y)
}
