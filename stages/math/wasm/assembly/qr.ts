/** Orthogonal factors of few columns on raw memory, float64; `qr-twin.ts` repeats its sums. */
import { add, subtract } from "./shared-axpy"
import { reflect } from "./shared-reflector"

/**
 * A = Q R in the place of A, m × n with m ≥ n, rows `ld` elements apart: R from the diagonal on, below it the columns of V.
 *
 * Q = I − V T Vᵀ with V unit lower trapezoidal and T upper triangular, which goes to `T`, n × n, zeros below. `products` is
 * scratch memory for n numbers. Inner products are summed by rows, in order.
 */
export function factorPanel(m: i32, n: i32, A: usize, ld: usize, T: usize, ldT: usize, products: usize): void {
  const row = ld * 8
  for (let k = 0; k < n; k++) {
    const top = A + <usize>k * row
    const tau = reflect(m - k, top + <usize>k * 8, row)
    // Products of v with all columns: those on the right are changed by it, those on the left give its column of T.
    memory.copy(products, top, <usize>n * 8)
    for (let i = k + 1; i < m; i++) {
      const at = A + <usize>i * row
      add(n, load<f64>(at + <usize>k * 8), at, products)
    }
    const rest = n - k - 1
    const right = products + <usize>(k + 1) * 8
    for (let j = 0; j < rest; j++) store<f64>(right + <usize>j * 8, tau * load<f64>(right + <usize>j * 8))
    subtract(rest, 1, right, top + <usize>(k + 1) * 8)
    for (let i = k + 1; i < m; i++) {
      const at = A + <usize>i * row + <usize>k * 8
      subtract(rest, load<f64>(at), right, at + 8)
    }
    columnOfT(n, k, tau, T, ldT * 8, products)
  }
}

/** T of n reflectors from their τ and Vᵀ V, of which the upper triangle is read; `column` is scratch memory for n numbers. */
export function joinReflectors(
  n: i32, taus: usize, gram: usize, ldGram: usize, T: usize, ldT: usize, column: usize
): void {
  for (let k = 0; k < n; k++) {
    const at = <usize>k * 8
    for (let i = 0; i < k; i++) store<f64>(column + <usize>i * 8, load<f64>(gram + <usize>i * ldGram * 8 + at))
    columnOfT(n, k, load<f64>(taus + at), T, ldT * 8, column)
  }
}

/** T of reflectors 0 … k from that of 0 … k − 1: its last column is −τ T Vᵀ v, and τ on the diagonal. */
function columnOfT(n: i32, k: i32, tau: f64, T: usize, row: usize, products: usize): void {
  for (let i = 0; i < k; i++) {
    let sum: f64 = 0
    for (let j = i; j < k; j++) sum += load<f64>(T + <usize>i * row + <usize>j * 8) * load<f64>(products + <usize>j * 8)
    store<f64>(T + <usize>i * row + <usize>k * 8, -tau * sum)
  }
  store<f64>(T + <usize>k * (row + 8), tau)
  for (let i = k + 1; i < n; i++) store<f64>(T + <usize>i * row + <usize>k * 8, 0)
}
