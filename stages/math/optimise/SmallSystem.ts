/**
 * Systems of some ten unknowns, as minimisers solve them in every step: too small to be worth WebAssembly memory, which takes longer to come by.
 *
 * Source: Golub and Van Loan, 4th ed., sections 3.4 and 4.2.
 */
import { NotPositiveDefinite } from "../linear/NotPositiveDefinite.ts"
import { dot } from "../linear/Vector.ts"

/** P A = L U, L without its unit diagonal, in one array. */
export interface SmallFactors {
  readonly n: number
  readonly factors: Float64Array
  /** Row k was exchanged with row pivots[k], in order. */
  readonly pivots: Int32Array
}

/** Factors A, n × n, row-major, by elimination with partial pivoting; `undefined` when a pivot is 0 or no finite number. */
export const factorSmall = (a: Float64Array, n: number): SmallFactors | undefined => {
  const factors = a.slice()
  const pivots = new Int32Array(n)
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(factors[i * n + k]!) > Math.abs(factors[pivot * n + k]!)) pivot = i
    }
    const divisor = factors[pivot * n + k]!
    if (divisor === 0 || !Number.isFinite(divisor)) return undefined
    pivots[k] = pivot
    exchange(factors, n, k, pivot)
    for (let i = k + 1; i < n; i++) {
      const factor = factors[i * n + k]! / divisor
      factors[i * n + k] = factor
      for (let j = k + 1; j < n; j++) factors[i * n + j]! -= factor * factors[k * n + j]!
    }
  }
  return { n, factors, pivots }
}

/** x of A x = b. */
export const solveFactored = ({ n, factors, pivots }: SmallFactors, b: Float64Array): Float64Array => {
  const x = b.slice()
  for (let k = 0; k < n; k++) exchange(x, 1, k, pivots[k]!)
  for (let i = 0; i < n; i++) {
    let sum = x[i]!
    for (let j = 0; j < i; j++) sum -= factors[i * n + j]! * x[j]!
    x[i] = sum
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!
    for (let j = i + 1; j < n; j++) sum -= factors[i * n + j]! * x[j]!
    x[i] = sum / factors[i * n + i]!
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

/**
 * X of A X = B for a symmetric positive definite A, n × n, which becomes its Cholesky factor, and B, n × columns, which becomes X; both
 * row-major. Throws `NotPositiveDefinite` when A is not, to working precision.
 */
export const solveDefinite = (a: Float64Array, n: number, b: Float64Array, columns: number): Float64Array => {
  for (let i = 0; i < n; i++) {
    const row = a.subarray(i * n, (i + 1) * n)
    const size = row[i]!
    for (let j = 0; j < i; j++) row[j] = (row[j]! - dot(row.subarray(0, j), a.subarray(j * n))) / a[j * n + j]!
    const left = row.subarray(0, i)
    const pivot = size - dot(left, left)
    // What is left of a dependent column is round-off.
    if (!(pivot > n * Number.EPSILON * size)) throw new NotPositiveDefinite({ column: i, pivot })
    row[i] = Math.sqrt(pivot)
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(b, columns, i, k, a[i * n + k]!)
    divideRow(b, columns, i, a[i * n + i]!)
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(b, columns, i, k, a[k * n + i]!)
    divideRow(b, columns, i, a[i * n + i]!)
  }
  return b
}

/** Row i less a multiple of row k. */
const subtractRow = (b: Float64Array, columns: number, i: number, k: number, factor: number): void => {
  for (let c = 0; c < columns; c++) b[i * columns + c]! -= factor * b[k * columns + c]!
}

const divideRow = (b: Float64Array, columns: number, i: number, divisor: number): void => {
  for (let c = 0; c < columns; c++) b[i * columns + c]! /= divisor
}
