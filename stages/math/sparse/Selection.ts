/** Parts of sparse matrices. */
import { type SparseMatrix, withSortedRows } from "./SparseMatrix.ts"

/**
 * The matrix with rows rowIndices[0], rowIndices[1], … and the columns in the same way: B(i, j) = A(rowIndices[i], columnIndices[j]).
 *
 * With permutations it is P A Qᵀ. Rows may come twice, columns not. Throws `RangeError` naming an index that is not one of A.
 */
export const select = (
  a: SparseMatrix,
  rowIndices: ArrayLike<number>,
  columnIndices: ArrayLike<number>
): SparseMatrix => {
  const place = new Int32Array(a.columns).fill(-1)
  for (let j = 0; j < columnIndices.length; j++) {
    checkIndex("column", columnIndices[j]!, a.columns)
    if (place[columnIndices[j]!] !== -1) throw new RangeError(`column ${columnIndices[j]} is selected twice`)
    place[columnIndices[j]!] = j
  }
  const starts = new Int32Array(rowIndices.length + 1)
  const indices: Array<number> = []
  const values: Array<number> = []
  for (let i = 0; i < rowIndices.length; i++) {
    const row = rowIndices[i]!
    checkIndex("row", row, a.rows)
    for (let p = a.starts[row]!; p < a.starts[row + 1]!; p++) {
      const j = place[a.indices[p]!]!
      if (j === -1) continue
      indices.push(j)
      values.push(a.values[p]!)
    }
    starts[i + 1] = indices.length
  }
  return withSortedRows({
    rows: rowIndices.length,
    columns: columnIndices.length,
    starts,
    indices: Int32Array.from(indices),
    values: Float64Array.from(values)
  })
}

const checkIndex = (what: string, index: number, count: number): void => {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`there is no ${what} ${index}: the matrix has ${count}`)
  }
}

/** P A Pᵀ, whose row i is row order[i] of A. */
export const permuteSymmetrically = (a: SparseMatrix, order: Int32Array): SparseMatrix => {
  checkPermutation(order, a.rows)
  return select(a, order, order)
}

/** The inverse of a permutation: place[order[i]] = i. */
export const inverse = (order: Int32Array): Int32Array => {
  const place = new Int32Array(order.length)
  for (let i = 0; i < order.length; i++) place[order[i]!] = i
  return place
}

/** Throws `RangeError` when `order` does not hold each of 0 … n − 1 once. */
export const checkPermutation = (order: Int32Array, n: number): void => {
  const seen = new Uint8Array(n)
  for (const index of order) if (index >= 0 && index < n) seen[index] = 1
  if (order.length !== n || seen.includes(0)) throw new RangeError(`an order of ${n} holds each of 0 … ${n - 1} once`)
}

/** Entries for which `keep` holds. */
export const filter = (
  a: SparseMatrix,
  keep: (row: number, column: number, value: number) => boolean
): SparseMatrix => {
  const starts = new Int32Array(a.rows + 1)
  const indices = a.indices.slice()
  const values = a.values.slice()
  let end = 0
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) {
      if (!keep(i, a.indices[p]!, a.values[p]!)) continue
      indices[end] = a.indices[p]!
      values[end++] = a.values[p]!
    }
    starts[i + 1] = end
  }
  return { ...a, starts, indices: indices.slice(0, end), values: values.slice(0, end) }
}

/** Entries on and below the diagonal. */
export const lowerTriangle = (a: SparseMatrix): SparseMatrix => filter(a, (i, j) => j <= i)

/** Entries on and above the diagonal. */
export const upperTriangle = (a: SparseMatrix): SparseMatrix => filter(a, (i, j) => j >= i)
