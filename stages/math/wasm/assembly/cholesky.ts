/** Cholesky factors of small order on raw memory, float64; `cholesky-twin.ts` repeats its sums. */
import { subtract } from "./shared-axpy"

/**
 * The lower triangle L of A = L Lᵀ in the place of that of A, of order n, rows `ld` elements apart; nothing else is touched.
 *
 * Terms are taken off an element one by one, in the order of the columns. `column` is scratch memory for n numbers.
 * Returns n, or the index of the first pivot that is no positive finite number; that pivot stands in its place.
 */
export function factor(n: i32, A: usize, ld: usize, column: usize): i32 {
  const row = ld * 8
  for (let k = 0; k < n; k++) {
    const pivotAt = A + <usize>k * (row + 8)
    const pivot = load<f64>(pivotAt)
    if (!(pivot > 0 && pivot <= f64.MAX_VALUE)) return k
    const root = Math.sqrt(pivot)
    store<f64>(pivotAt, root)
    for (let i = k + 1; i < n; i++) {
      const at = A + <usize>i * row + <usize>k * 8
      const element = load<f64>(at) / root
      store<f64>(at, element)
      store<f64>(column + <usize>i * 8, element)
    }
    for (let i = k + 1; i < n; i++) {
      const element = load<f64>(column + <usize>i * 8)
      subtract(i - k, element, column + <usize>(k + 1) * 8, A + <usize>i * row + <usize>(k + 1) * 8)
    }
  }
  return n
}
