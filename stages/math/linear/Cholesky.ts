/** Symmetric positive definite systems. Source: Golub and Van Loan, Matrix Computations, 4th ed., section 4.2. */

/**
 * The lower triangle L of A = L Lᵀ, n × n, row-major, zeros above.
 *
 * Cost: n³/3 flops. Throws `RangeError` naming the pivot when A is not positive definite to working precision.
 */
export const factor = (a: Float64Array, n: number): Float64Array => {
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!
      if (i !== j) l[i * n + j] = sum / l[j * n + j]!
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum)
      else throw new RangeError(`the matrix is not positive definite: pivot ${i} is ${sum}`)
    }
  }
  return l
}

/** X of L Lᵀ X = B for n × columns right-hand sides; cost 2n² flops a column. */
export const solve = (l: Float64Array, n: number, b: Float64Array, columns = 1): Float64Array => {
  const x = b.slice()
  for (let i = 0; i < n; i++) eliminate(l, n, x, columns, i, 0, i, (row, k) => row * n + k)
  for (let i = n - 1; i >= 0; i--) eliminate(l, n, x, columns, i, i + 1, n, (row, k) => k * n + row)
  return x
}

/** x_i = (x_i − Σ l x_k) / l_ii over k from … to − 1. */
const eliminate = (
  l: Float64Array,
  n: number,
  x: Float64Array,
  columns: number,
  i: number,
  from: number,
  to: number,
  at: (row: number, k: number) => number
): void => {
  const pivot = l[i * n + i]!
  for (let c = 0; c < columns; c++) {
    let sum = x[i * columns + c]!
    for (let k = from; k < to; k++) sum -= l[at(i, k)]! * x[k * columns + c]!
    x[i * columns + c] = sum / pivot
  }
}
