/** What of the factorisation of a symmetric matrix depends on its pattern alone. */
import { columnCounts, eliminationTree, type Pattern } from "./EliminationTree.ts"
import { symmetricGraph } from "./Graph.ts"
import { type Ordering, orderGraph } from "./Ordering.ts"
import { inverse } from "./Selection.ts"
import { cumulative, type SparseMatrix } from "./SparseMatrix.ts"

export interface SymbolicFactor {
  readonly n: number
  readonly order: Int32Array
  /** place[order[k]] = k. */
  readonly place: Int32Array
  readonly parent: Int32Array
  /** Where the columns of L begin, its diagonal not counted. */
  readonly columnStarts: Int32Array
  /** Rows of the lower triangle of P A Pᵀ, in no order within a row, and for each entry which one of A it is. */
  readonly permuted: Pattern & { readonly source: Int32Array }
  /** The pattern of A, which each matrix must have that is factored with this. */
  readonly pattern: Pattern
}

/**
 * Analyses the pattern of a symmetric matrix, of which the entries (i, j) with j ≤ i are read.
 *
 * Cost: about linear in the entries of the factor.
 * Throws `RangeError` when A is not square or the order is none.
 */
export const analyse = (a: SparseMatrix, ordering: Ordering = "minimum-degree"): SymbolicFactor => {
  if (a.rows !== a.columns) throw new RangeError(`a symmetric matrix is square, not ${a.rows}×${a.columns}`)
  const order = orderGraph(symmetricGraph(a), ordering)
  const place = inverse(order)
  const permuted = permuteLower(a, place)
  const parent = eliminationTree(permuted)
  const columnStarts = cumulative(columnCounts(permuted, parent))
  return { n: a.rows, order, place, parent, columnStarts, permuted, pattern: { starts: a.starts, indices: a.indices } }
}

/** The lower triangle of P A Pᵀ from that of A. */
const permuteLower = (a: SparseMatrix, place: Int32Array): SymbolicFactor["permuted"] => {
  const counts = new Int32Array(a.rows)
  const each = (visit: (row: number, column: number, entry: number) => void): void => {
    for (let i = 0; i < a.rows; i++) {
      for (let p = a.starts[i]!; p < a.starts[i + 1]! && a.indices[p]! <= i; p++) {
        const [k, l] = [place[i]!, place[a.indices[p]!]!]
        visit(Math.max(k, l), Math.min(k, l), p)
      }
    }
  }
  each((row) => {
    counts[row]!++
  })
  const starts = cumulative(counts)
  const next = starts.slice()
  const indices = new Int32Array(starts[a.rows]!)
  const source = new Int32Array(starts[a.rows]!)
  each((row, column, entry) => {
    const at = next[row]!++
    indices[at] = column
    source[at] = entry
  })
  return { starts, indices, source }
}

/** Throws `RangeError` when A has another pattern than the one that was analysed. */
export const checkPattern = ({ pattern }: SymbolicFactor, a: SparseMatrix): void => {
  if (pattern.indices === a.indices && pattern.starts === a.starts) return
  const same = (x: Int32Array, y: Int32Array): boolean => x.length === y.length && x.every((value, i) => value === y[i])
  if (!same(pattern.starts, a.starts) || !same(pattern.indices, a.indices)) {
    throw new RangeError("the matrix has another pattern than the one that was analysed")
  }
}

/** Entries of the factor, its diagonal counted. */
export const factorEntries = ({ n, columnStarts }: SymbolicFactor): number => columnStarts[n]! + n
