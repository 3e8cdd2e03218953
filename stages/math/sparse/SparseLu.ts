/**
 * Sparse general systems: P A Q = L U, with partial pivoting.
 *
 * Column by column: which entries a column of L and U has is found by a search in the graph of L, in time proportional to the flops.
 * Sources: J. R. Gilbert and T. Peierls, SIAM J. Sci. Stat. Comput. 9 (1988); S. C. Eisenstat and J. W. H. Liu, SIAM J. Matrix
 * Anal. Appl. 13 (1992), for the pruning of the search; T. A. Davis and E. Palamadai Natarajan, Algorithm 907: KLU, ACM Trans. Math.
 * Softw. 37 (2010).
 */
import { Singular } from "./FactorError.ts"
import { columnGraph, symmetricGraph } from "./Graph.ts"
import { GrowingColumns } from "./GrowingColumns.ts"
import { orderGraph } from "./Ordering.ts"
import { checkPermutation } from "./Selection.ts"
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
  return new Elimination(transpose(a), columnOrder, threshold).run()
}

class Elimination {
  private readonly n: number
  private readonly byColumns: SparseMatrix
  private readonly columnOrder: Int32Array
  private readonly threshold: number
  private readonly lower: GrowingColumns
  private readonly upper: GrowingColumns
  private readonly pivots: Float64Array
  /** −1 of a row that has not been a pivot. */
  private readonly rowPlace: Int32Array
  /** The search follows the entries of a column of L up to here. */
  private readonly searchEnds: Int32Array
  private readonly isPruned: Uint8Array
  private readonly work: Float64Array
  private readonly reach: Int32Array
  private readonly path: Int32Array
  private readonly positions: Int32Array
  private readonly seen: Int32Array

  constructor(byColumns: SparseMatrix, columnOrder: Int32Array, threshold: number) {
    const n = byColumns.rows
    this.n = n
    this.byColumns = byColumns
    this.columnOrder = columnOrder
    this.threshold = threshold
    this.lower = new GrowingColumns(n, 4 * entries(byColumns) + n)
    this.upper = new GrowingColumns(n, 4 * entries(byColumns) + n)
    this.pivots = new Float64Array(n)
    this.rowPlace = new Int32Array(n).fill(-1)
    this.searchEnds = new Int32Array(n)
    this.isPruned = new Uint8Array(n)
    this.work = new Float64Array(n)
    this.reach = new Int32Array(n)
    this.path = new Int32Array(n)
    this.positions = new Int32Array(n)
    this.seen = new Int32Array(n).fill(-1)
  }

  run(): Lu {
    const { n, columnOrder, rowPlace, pivots } = this
    for (let k = 0; k < n; k++) {
      this.lower.reserve(n - k)
      this.upper.reserve(k)
      const top = this.solveColumn(k)
      const pivotRow = this.choosePivot(k, top)
      this.divide(k, top, pivotRow)
      this.prune(k, pivotRow)
    }
    const lower = this.lower.finish()
    // Rows of L were those of A, for their places were not known.
    for (let p = 0; p < lower.rows.length; p++) lower.rows[p] = rowPlace[lower.rows[p]!]!
    return { n, columnOrder, rowPlace, pivots, lower, upper: this.upper.finish() }
  }

  /** x of L x = column k of A; the rows that it may have, in topological order, are in `reach` from what this gives on. */
  private solveColumn(k: number): number {
    const { work, reach, rowPlace, n } = this
    const { starts, indices, values } = this.byColumns
    const column = this.columnOrder[k]!
    let top = n
    for (let p = starts[column]!; p < starts[column + 1]!; p++) {
      if (this.seen[indices[p]!] !== k) top = this.search(indices[p]!, k, top)
      work[indices[p]!] = values[p]!
    }
    const { starts: begins, rows, values: l } = this.lower
    for (let at = top; at < n; at++) {
      const j = rowPlace[reach[at]!]!
      if (j === -1) continue
      const x = work[reach[at]!]!
      for (let p = begins[j]!; p < begins[j + 1]!; p++) work[rows[p]!]! -= l[p]! * x
    }
    return top
  }

  /** Puts what can be reached from a row in front of what is at the end of `reach`, a row after those that follow from it. */
  private search(root: number, k: number, end: number): number {
    const { path, positions, seen, rowPlace, searchEnds, reach } = this
    const { starts, rows } = this.lower
    let top = end
    let depth = 0
    path[0] = root
    seen[root] = k
    positions[0] = this.searchStart(root)
    while (depth >= 0) {
      const row = path[depth]!
      const j = rowPlace[row]!
      const stop = j === -1 ? 0 : searchEnds[j]!
      let p = positions[depth]!
      while (p < stop && seen[rows[p]!] === k) p++
      if (p < stop) {
        positions[depth++] = p + 1
        path[depth] = rows[p]!
        seen[rows[p]!] = k
        const next = rowPlace[rows[p]!]!
        positions[depth] = next === -1 ? 0 : starts[next]!
      } else {
        reach[--top] = row
        depth--
      }
    }
    return top
  }

  private searchStart(row: number): number {
    const j = this.rowPlace[row]!
    return j === -1 ? 0 : this.lower.starts[j]!
  }

  private choosePivot(k: number, top: number): number {
    const { work, reach, rowPlace } = this
    const column = this.columnOrder[k]!
    let [most, pivotRow] = [-1, -1]
    for (let at = top; at < this.n; at++) {
      const row = reach[at]!
      if (rowPlace[row] !== -1) continue
      const size = Math.abs(work[row]!)
      if (!(size < Number.POSITIVE_INFINITY)) throw new Singular({ column, pivot: work[row]! })
      if (size > most) [most, pivotRow] = [size, row]
    }
    if (!(most > 0)) throw new Singular({ column, pivot: 0 })
    const onDiagonal = this.seen[column] === k && rowPlace[column] === -1
    return onDiagonal && Math.abs(work[column]!) >= this.threshold * most ? column : pivotRow
  }

  /** Moves column k from `work` to U, above the pivot, and to L, below it. */
  private divide(k: number, top: number, pivotRow: number): void {
    const { work, reach, rowPlace, lower, upper } = this
    const pivot = work[pivotRow]!
    for (let at = top; at < this.n; at++) {
      const row = reach[at]!
      if (rowPlace[row] !== -1) upper.push(rowPlace[row]!, work[row]!)
      else if (row !== pivotRow) lower.push(row, work[row]! / pivot)
      work[row] = 0
    }
    rowPlace[pivotRow] = k
    this.pivots[k] = pivot
    lower.close(k)
    upper.close(k)
    this.searchEnds[k] = lower.starts[k + 1]!
  }

  /**
   * Of a column j of L that has the pivot's row, where U has (j, k): what it reaches below is reached by way of column k. The search
   * need follow only its rows that have been pivots.
   */
  private prune(k: number, pivotRow: number): void {
    const { isPruned, searchEnds, rowPlace } = this
    const { starts, rows, values } = this.lower
    for (let q = this.upper.starts[k]!; q < this.upper.starts[k + 1]!; q++) {
      const j = this.upper.rows[q]!
      if (isPruned[j] === 1 || !this.hasRow(j, pivotRow)) continue
      isPruned[j] = 1
      let [head, tail] = [starts[j]!, starts[j + 1]!]
      while (head < tail) {
        if (rowPlace[rows[head]!] !== -1) head++
        else {
          tail--
          ;[rows[head], rows[tail]] = [rows[tail]!, rows[head]!]
          ;[values[head], values[tail]] = [values[tail]!, values[head]!]
        }
      }
      searchEnds[j] = tail
    }
  }

  private hasRow(j: number, row: number): boolean {
    const { starts, rows } = this.lower
    for (let p = starts[j]!; p < starts[j + 1]!; p++) if (rows[p] === row) return true
    return false
  }
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
