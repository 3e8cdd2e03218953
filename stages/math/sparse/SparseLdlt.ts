/**
 * Sparse symmetric systems: P A Pᵀ = L D Lᵀ.
 *
 * L has a unit diagonal and is built row by row, the pattern of each found in the elimination tree. There is no pivoting: a matrix that is
 * positive (or negative, or quasi-) definite is safe, others where no leading block is nearly singular.
 * Source: T. A. Davis, Algorithm 849: A Concise Sparse Cholesky Factorization Package, ACM Trans. Math. Softw. 31 (2005).
 */
import { NotPositiveDefinite } from "../linear/NotPositiveDefinite.ts"
import { Singular } from "./Singular.ts"
import type { SparseMatrix } from "./SparseMatrix.ts"
import { analyse, checkPattern, type SymbolicFactor } from "./SymbolicFactor.ts"

export interface Ldlt {
  readonly symbolic: SymbolicFactor
  /** Columns of L below the diagonal, rows ascending; they begin at `symbolic.columnStarts`. */
  readonly rows: Int32Array
  readonly values: Float64Array
  /** D. */
  readonly pivots: Float64Array
}

export interface FactorOptions {
  /** Whether all pivots must be positive (true), as those of a positive definite matrix are. */
  readonly definite?: boolean
}

/**
 * Factors A, of which the entries (i, j) with j ≤ i are read; `symbolic` may come from another matrix with this pattern.
 *
 * Cost: Σ c² flops over the columns of L with c entries. Throws `NotPositiveDefinite`, or with `definite: false` `Singular`, naming the
 * column; `RangeError` when the pattern is another.
 */
export const factor = (
  a: SparseMatrix,
  symbolic: SymbolicFactor = analyse(a),
  { definite = true }: FactorOptions = {}
): Ldlt => {
  checkPattern(symbolic, a)
  const { n, parent, columnStarts, order } = symbolic
  const rows = new Int32Array(columnStarts[n]!)
  const values = new Float64Array(columnStarts[n]!)
  const pivots = new Float64Array(n)
  const ends = columnStarts.slice(0, n)
  const work = new Float64Array(n)
  const reach = new Int32Array(n)
  const seen = new Int32Array(n).fill(-1)
  for (let k = 0; k < n; k++) {
    // Row k of L solves L₁ D₁ l = a; columns that it has come in topological order from `top` on.
    let top = scatterRow(symbolic, a.values, k, work, reach, seen, parent)
    let pivot = work[k]!
    work[k] = 0
    for (; top < n; top++) {
      const i = reach[top]!
      const y = work[i]!
      work[i] = 0
      const end = ends[i]!
      for (let p = columnStarts[i]!; p < end; p++) work[rows[p]!]! -= values[p]! * y
      const l = y / pivots[i]!
      pivot -= l * y
      rows[end] = k
      values[end] = l
      ends[i] = end + 1
    }
    pivots[k] = pivot
    if (definite && !(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) {
      throw new NotPositiveDefinite({ column: order[k]!, pivot })
    }
    if (pivot === 0 || !Number.isFinite(pivot)) throw new Singular({ column: order[k]!, pivot })
  }
  return { symbolic, rows, values, pivots }
}

/** Spreads row k of P A Pᵀ over `work`, and lists the columns of row k of L at the end of `reach`; gives where they begin. */
const scatterRow = (
  { n, permuted: { starts, indices, source } }: SymbolicFactor,
  values: Float64Array,
  k: number,
  work: Float64Array,
  reach: Int32Array,
  seen: Int32Array,
  parent: Int32Array
): number => {
  let top = n
  seen[k] = k
  for (let p = starts[k]!; p < starts[k + 1]!; p++) {
    let i = indices[p]!
    work[i]! += values[source[p]!]!
    // The way up to what is known goes to the front of the list, then to its end in this order.
    let count = 0
    for (; seen[i] !== k; i = parent[i]!) {
      reach[count++] = i
      seen[i] = k
    }
    while (count > 0) reach[--top] = reach[--count]!
  }
  return top
}

/** X of A X = B for n × columns right-hand sides, row-major. Cost: 4 flops an entry of L and column. NaN in B spreads as it may. */
export const solve = ({ symbolic, rows, values, pivots }: Ldlt, b: Float64Array, columns = 1): Float64Array => {
  const { n, order, columnStarts } = symbolic
  if (b.length !== n * columns) throw new RangeError(`B has ${b.length} elements, not ${n}×${columns}`)
  const x = new Float64Array(n)
  const result = new Float64Array(b.length)
  for (let c = 0; c < columns; c++) {
    for (let k = 0; k < n; k++) x[k] = b[order[k]! * columns + c]!
    for (let j = 0; j < n; j++) {
      const y = x[j]!
      for (let p = columnStarts[j]!; p < columnStarts[j + 1]!; p++) x[rows[p]!]! -= values[p]! * y
    }
    for (let j = n - 1; j >= 0; j--) {
      let sum = x[j]! / pivots[j]!
      for (let p = columnStarts[j]!; p < columnStarts[j + 1]!; p++) sum -= values[p]! * x[rows[p]!]!
      x[j] = sum
    }
    for (let k = 0; k < n; k++) result[order[k]! * columns + c] = x[k]!
  }
  return result
}

/** Number of negative eigenvalues of A, by Sylvester's law of inertia. */
export const negativeEigenvalues = ({ pivots }: Ldlt): number => pivots.filter((pivot) => pivot < 0).length

/**
 * The factor of A + σ w wᵀ, where w has `values` at `indices` and σ is 1 or −1: an update or a downdate.
 *
 * The pattern of the factor stays: it must hold that of w wᵀ, as it does when w is a column of a matrix whose A = B Bᵀ was analysed.
 * Cost: 4 flops an entry in the columns from the first of w to the root. Method C1 of P. E. Gill, G. H. Golub, W. Murray and M. A. Saunders,
 * Math. Comp. 28 (1974); T. A. Davis and W. W. Hager, SIAM J. Matrix Anal. Appl. 20 (1999). Throws `RangeError` when w does not
 * fit, `NotPositiveDefinite` when the result is not.
 */
export const update = (
  factored: Ldlt,
  indices: ArrayLike<number>,
  values: ArrayLike<number>,
  sigma: 1 | -1 = 1
): Ldlt => {
  const { symbolic, rows } = factored
  const { n, order, place, parent, columnStarts } = symbolic
  const l = factored.values.slice()
  const pivots = factored.pivots.slice()
  const { work, first } = scatterUpdate(n, place, indices, values)
  checkUpdate(factored, work, first)
  let alpha = 1
  for (let j = first; j !== -1; j = parent[j]!) {
    const w = work[j]!
    const next = alpha + (sigma * w * w) / pivots[j]!
    if (!(next > 0)) throw new NotPositiveDefinite({ column: order[j]!, pivot: (pivots[j]! * next) / alpha })
    const gamma = (sigma * w) / (next * pivots[j]!)
    pivots[j] = (pivots[j]! * next) / alpha
    alpha = next
    for (let p = columnStarts[j]!; p < columnStarts[j + 1]!; p++) {
      work[rows[p]!]! -= w * l[p]!
      l[p]! += gamma * work[rows[p]!]!
    }
  }
  return { symbolic, rows, values: l, pivots }
}

const scatterUpdate = (n: number, place: Int32Array, indices: ArrayLike<number>, values: ArrayLike<number>) => {
  const work = new Float64Array(n)
  let first = indices.length === 0 ? -1 : n
  for (let t = 0; t < indices.length; t++) {
    const k = place[indices[t]!]
    if (k === undefined) throw new RangeError(`there is no unknown ${indices[t]}: there are ${n}`)
    work[k] = values[t]!
    first = Math.min(first, k)
  }
  return { work, first }
}

/** Column `first` of L must hold all that w has below it. */
const checkUpdate = ({ symbolic: { columnStarts, order }, rows }: Ldlt, work: Float64Array, first: number): void => {
  if (first === -1) return
  const held = new Set(rows.subarray(columnStarts[first]!, columnStarts[first + 1]!)).add(first)
  const missing = work.findIndex((value, k) => value !== 0 && !held.has(k))
  if (missing === -1) return
  throw new RangeError(
    `unknowns ${order[first]} and ${order[missing]} do not meet in the factor, which an update does not extend`
  )
}
