/**
 * Sparse general systems: P A Q = L U, with partial pivoting.
 *
 * Source: T. A. Davis and E. Palamadai Natarajan, Algorithm 907: KLU, ACM Trans. Math. Softw. 37 (2010); see also `ColumnElimination.ts`.
 */
import { ColumnElimination } from "./ColumnElimination.ts"
import { columnGraph, symmetricGraph } from "./Graph.ts"
import { orderGraph } from "./Ordering.ts"
import { checkPermutation } from "./Selection.ts"
import { Singular } from "./Singular.ts"
import { entries, type SparseMatrix, transpose } from "./SparseMatrix.ts"

export interface Lu {
  readonly n: number
  /** Column columnOrder[k] of A is the k-th. */
  readonly columnOrder: Int32Array
  /** Row i of A is the rowPlace[i]-th. */
  readonly rowPlace: Int32Array
  readonly pivots: Float64Array
  /** L below its unit diagonal, by columns. */
  readonly lower: Triangle
  /** U above its diagonal, by columns, those first that others of the column follow from. */
  readonly upper: Triangle
}

/** Entries of column k are those from starts[k] to starts[k + 1] − 1. */
export interface Triangle {
  readonly starts: Int32Array
  readonly rows: Int32Array
  readonly values: Float64Array
}

export interface LuOptions {
  /** columnOrder[k] is the column that is eliminated k-th; `orderColumns` by default, and it may serve many matrices of one pattern. */
  readonly columnOrder?: Int32Array
  /**
   * The element on the diagonal is the pivot if it has this share (1) of the largest in its column, and that one otherwise. Less than 1 keeps
   * a matrix with a symmetric pattern sparser; elements may then grow by a factor of 1 + 1/share in each step.
   */
  readonly threshold?: number
}

/**
 * A fill-reducing order of columns: minimum degree on A + Aᵀ where half of the entries have a partner, on Aᵀ A otherwise.
 *
 * Throws `RangeError` when A is not square.
 */
export const orderColumns = (a: SparseMatrix): Int32Array => {
  const both = symmetricGraph(a)
  return orderGraph(both.neighbours.length <= 1.5 * entries(a) ? both : columnGraph(a), "minimum-degree")
}

/**
 * Factors a square matrix.
 *
 * Cost: proportional to the flops. Throws `Singular` naming the column where no pivot is left, or none that is finite; `RangeError` when A is not
 * square or the order is none.
 */
export const factor = (a: SparseMatrix, options: LuOptions = {}): Lu => {
  if (a.rows !== a.columns) throw new RangeError(`a system is square, not ${a.rows}×${a.columns}`)
  const { columnOrder = orderColumns(a), threshold = 1 } = options
  checkPermutation(columnOrder, a.columns)
  return new ColumnElimination(transpose(a), columnOrder, threshold).run()
}

/**
 * Factors another matrix of the same pattern with the order and the pivots of this one, without a search.
 *
 * For matrices that differ little, as in Newton's method: pivots that were large may have become small, and nothing is exchanged for
 * them. Throws `Singular` where one is 0; `RangeError` when A has an entry that the factors have no place for.
 */
export const refactor = (lu: Lu, a: SparseMatrix): Lu => {
  const { n, columnOrder, rowPlace, lower, upper } = lu
  if (a.rows !== n || a.columns !== n) throw new RangeError(`the matrix is ${a.rows}×${a.columns}, not ${n}×${n}`)
  const { starts, indices, values } = transpose(a)
  const pivots = new Float64Array(n)
  const l = new Float64Array(lower.values.length)
  const u = new Float64Array(upper.values.length)
  const work = new Float64Array(n)
  const has = new Int32Array(n).fill(-1)
  for (let k = 0; k < n; k++) {
    has[k] = k
    for (let q = upper.starts[k]!; q < upper.starts[k + 1]!; q++) has[upper.rows[q]!] = k
    for (let q = lower.starts[k]!; q < lower.starts[k + 1]!; q++) has[lower.rows[q]!] = k
    const column = columnOrder[k]!
    for (let p = starts[column]!; p < starts[column + 1]!; p++) {
      const place = rowPlace[indices[p]!]!
      if (has[place] !== k) throw new RangeError(`the factors have no place for entry (${indices[p]}, ${column})`)
      work[place] = values[p]!
    }
    for (let q = upper.starts[k]!; q < upper.starts[k + 1]!; q++) {
      const j = upper.rows[q]!
      const x = work[j]!
      work[j] = 0
      u[q] = x
      for (let p = lower.starts[j]!; p < lower.starts[j + 1]!; p++) work[lower.rows[p]!]! -= l[p]! * x
    }
    const pivot = work[k]!
    work[k] = 0
    if (pivot === 0 || !Number.isFinite(pivot)) throw new Singular({ column, pivot })
    pivots[k] = pivot
    for (let p = lower.starts[k]!; p < lower.starts[k + 1]!; p++) {
      l[p] = work[lower.rows[p]!]! / pivot
      work[lower.rows[p]!] = 0
    }
  }
  return { ...lu, pivots, lower: { ...lower, values: l }, upper: { ...upper, values: u } }
}

/** X of A X = B for n × columns right-hand sides, row-major. Cost: 2 flops an entry of L and U and column. */
export const solve = (lu: Lu, b: Float64Array, columns = 1): Float64Array => {
  const { n, rowPlace, columnOrder, pivots, lower, upper } = lu
  checkRightHandSide(b, n, columns)
  const x = new Float64Array(n)
  const result = new Float64Array(b.length)
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) x[rowPlace[i]!] = b[i * columns + c]!
    for (let k = 0; k < n; k++) subtractColumn(lower, k, x, x[k]!)
    for (let k = n - 1; k >= 0; k--) {
      x[k]! /= pivots[k]!
      subtractColumn(upper, k, x, x[k]!)
    }
    for (let k = 0; k < n; k++) result[columnOrder[k]! * columns + c] = x[k]!
  }
  return result
}

/** X of Aᵀ X = B, at the same cost. */
export const solveTransposed = (lu: Lu, b: Float64Array, columns = 1): Float64Array => {
  const { n, rowPlace, columnOrder, pivots, lower, upper } = lu
  checkRightHandSide(b, n, columns)
  const x = new Float64Array(n)
  const result = new Float64Array(b.length)
  for (let c = 0; c < columns; c++) {
    for (let k = 0; k < n; k++) x[k] = b[columnOrder[k]! * columns + c]!
    for (let k = 0; k < n; k++) x[k] = (x[k]! - columnDot(upper, k, x)) / pivots[k]!
    for (let k = n - 1; k >= 0; k--) x[k]! -= columnDot(lower, k, x)
    for (let i = 0; i < n; i++) result[i * columns + c] = x[rowPlace[i]!]!
  }
  return result
}

const checkRightHandSide = (b: Float64Array, n: number, columns: number): void => {
  if (b.length !== n * columns) throw new RangeError(`B has ${b.length} elements, not ${n}×${columns}`)
}

const subtractColumn = ({ starts, rows, values }: Triangle, k: number, x: Float64Array, factor: number): void => {
  for (let p = starts[k]!; p < starts[k + 1]!; p++) x[rows[p]!]! -= values[p]! * factor
}

const columnDot = ({ starts, rows, values }: Triangle, k: number, x: Float64Array): number => {
  let sum = 0
  for (let p = starts[k]!; p < starts[k + 1]!; p++) sum += values[p]! * x[rows[p]!]!
  return sum
}
