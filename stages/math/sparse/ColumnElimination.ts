/**
 * Elimination column by column, with partial pivoting.
 *
 * Which entries a column of L and U has is found by a search in the graph of L, in time proportional to the flops. Sources: J. R. Gilbert and
 * T. Peierls, SIAM J. Sci. Stat. Comput. 9 (1988); S. C. Eisenstat and J. W. H. Liu, SIAM J. Matrix Anal. Appl. 13 (1992), for the pruning of the
 * search.
 */

import { GrowingColumns } from "./GrowingColumns.ts"
import { Singular } from "./Singular.ts"
import type { Lu } from "./SparseLu.ts"
import { entries, type SparseMatrix } from "./SparseMatrix.ts"

export class ColumnElimination {
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
