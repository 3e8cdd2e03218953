/** General systems, by elimination with partial pivoting. Source: Golub and Van Loan, 4th ed., section 3.4. */

/** X of A X = B, A n × n, B n × columns. Throws `RangeError` when a pivot vanishes. */
export const solve = (a: Float64Array, n: number, b: Float64Array, columns = 1): Float64Array => {
  const m = a.slice()
  const x = b.slice()
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i * n + k]!) > Math.abs(m[pivot * n + k]!)) pivot = i
    if (m[pivot * n + k] === 0) throw new RangeError(`the matrix is singular: pivot ${k} is 0`)
    swapRows(m, n, k, pivot)
    swapRows(x, columns, k, pivot)
    for (let i = k + 1; i < n; i++) {
      const factor = m[i * n + k]! / m[k * n + k]!
      if (factor === 0) continue
      for (let j = k; j < n; j++) m[i * n + j]! -= factor * m[k * n + j]!
      for (let j = 0; j < columns; j++) x[i * columns + j]! -= factor * x[k * columns + j]!
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

const swapRows = (a: Float64Array, width: number, i: number, j: number): void => {
  if (i === j) return
  const held = a.slice(i * width, (i + 1) * width)
  a.copyWithin(i * width, j * width, (j + 1) * width)
  a.set(held, j * width)
}
