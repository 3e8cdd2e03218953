/**
 * Systems of some ten unknowns, as minimisers solve them in every step: too small to be worth WebAssembly memory.
 *
 * Elimination with partial pivoting. Source: Golub and Van Loan, 4th ed., section 3.4.
 */

/** X of A X = B, A n × n, B n × columns, row-major; `undefined` when a pivot is 0 or no finite number. */
export const solveSmall = (a: Float64Array, n: number, b: Float64Array, columns = 1): Float64Array | undefined => {
  const m = a.slice()
  const x = b.slice()
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i * n + k]!) > Math.abs(m[pivot * n + k]!)) pivot = i
    const divisor = m[pivot * n + k]!
    if (divisor === 0 || !Number.isFinite(divisor)) return undefined
    exchange(m, n, k, pivot)
    exchange(x, columns, k, pivot)
    for (let i = k + 1; i < n; i++) {
      const factor = m[i * n + k]! / divisor
      for (let j = k + 1; j < n; j++) m[i * n + j]! -= factor * m[k * n + j]!
      for (let c = 0; c < columns; c++) x[i * columns + c]! -= factor * x[k * columns + c]!
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = 0; c < columns; c++) {
      let sum = x[i * columns + c]!
      for (let j = i + 1; j < n; j++) sum -= m[i * n + j]! * x[j * columns + c]!
      x[i * columns + c] = sum / m[i * n + i]!
    }
  }
  return x
}

const exchange = (a: Float64Array, width: number, i: number, j: number): void => {
  if (i === j) return
  for (let k = 0; k < width; k++) {
    const held = a[i * width + k]!
    a[i * width + k] = a[j * width + k]!
    a[j * width + k] = held
  }
}
