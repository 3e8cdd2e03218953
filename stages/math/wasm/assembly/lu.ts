/** Elimination of few columns with partial pivoting, and exchanges of rows, on raw memory, float64; see `lu-twin.ts`. */
import { subtract } from "./shared-axpy"

/**
 * P A = L U in the place of A, m × n with m ≥ n, rows `ld` elements apart: L with ones on its diagonal below, U above.
 *
 * The pivot of column k is its element of largest magnitude in the rows from k on, the first of several; its row goes, as
 * f64, to `pivots` + k. A column without one is left.
 */
export function factorPanel(m: i32, n: i32, A: usize, ld: usize, pivots: usize): void {
  const row = ld * 8
  for (let k = 0; k < n; k++) {
    const column = A + <usize>k * 8
    const pivot = largestFrom(k, m, column, row)
    store<f64>(pivots + <usize>k * 8, <f64>pivot)
    if (pivot != k) exchange(A + <usize>k * row, A + <usize>pivot * row, n)
    const top = column + <usize>k * row
    const divisor = load<f64>(top)
    if (divisor == 0) continue
    for (let i = k + 1; i < m; i++) {
      const at = column + <usize>i * row
      const factor = load<f64>(at) / divisor
      store<f64>(at, factor)
      subtract(n - k - 1, factor, top + 8, at + 8)
    }
  }
}

function largestFrom(k: i32, m: i32, column: usize, row: usize): i32 {
  let largest = Math.abs(load<f64>(column + <usize>k * row))
  let found = k
  for (let i = k + 1; i < m; i++) {
    const size = Math.abs(load<f64>(column + <usize>i * row))
    if (size > largest) {
      largest = size
      found = i
    }
  }
  return found
}

/** Exchanges row k with row pivots[k] in `columns` columns of A: k = 0 … count − 1 in order, or the other way round. */
export function exchangeRows(count: i32, columns: i32, A: usize, ld: usize, pivots: usize, backwards: bool): void {
  const row = ld * 8
  for (let step = 0; step < count; step++) {
    const k = backwards ? count - 1 - step : step
    const pivot = <i32>load<f64>(pivots + <usize>k * 8)
    if (pivot != k) exchange(A + <usize>k * row, A + <usize>pivot * row, columns)
  }
}

function exchange(x: usize, y: usize, count: i32): void {
  for (; count >= 2; count -= 2) {
    const held = v128.load(x)
    v128.store(x, v128.load(y))
    v128.store(y, held)
    x += 16
    y += 16
  }
  if (count == 1) {
    const held = load<f64>(x)
    store<f64>(x, load<f64>(y))
    store<f64>(y, held)
  }
}
