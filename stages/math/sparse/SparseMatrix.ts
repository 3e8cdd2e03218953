/**
 * Sparse matrices in compressed rows.
 *
 * The same three arrays, read by columns, are the transpose: a matrix in compressed columns is that of its transpose in compressed
 * rows, and `transpose` turns one form into the other. Source: T. A. Davis, Direct Methods for Sparse Linear Systems, SIAM 2006, chapter 2.
 */

export interface SparseMatrix {
  readonly rows: number
  readonly columns: number
  /** Entries of row i are those from starts[i] to starts[i + 1] − 1. */
  readonly starts: Int32Array
  /** Column of each entry: within a row ascending, none twice. */
  readonly indices: Int32Array
  /** May be 0: an entry is what is stored. */
  readonly values: Float64Array
}

/** How many entries are stored. */
export const entries = ({ starts, rows }: SparseMatrix): number => starts[rows]!

/**
 * The matrix of arrays from elsewhere, which it keeps. Throws `RangeError` naming the row when they break the rules of `SparseMatrix`.
 *
 * From compressed columns: `transpose(fromCompressed(columns, rows, starts, indices, values))`.
 */
export const fromCompressed = (
  rows: number,
  columns: number,
  starts: Int32Array,
  indices: Int32Array,
  values: Float64Array
): SparseMatrix => {
  checkSize(rows, columns)
  if (starts.length !== rows + 1 || starts[0] !== 0) {
    throw new RangeError(`starts must hold ${rows + 1} numbers, the first 0: it holds ${starts.length}`)
  }
  if (starts[rows] !== indices.length || indices.length !== values.length) {
    throw new RangeError(
      `${starts[rows]} entries are announced, with ${indices.length} indices, ${values.length} values`
    )
  }
  for (let i = 0; i < rows; i++)
    checkRow(i, indices.subarray(starts[i]!, Math.max(starts[i]!, starts[i + 1]!)), columns)
  return { rows, columns, starts, indices, values }
}

const checkRow = (row: number, indices: Int32Array, columns: number): void => {
  let before = -1
  for (const index of indices) {
    if (index <= before || index >= columns) {
      throw new RangeError(`row ${row} has column ${index} after ${before}: columns ascend, from 0 to ${columns - 1}`)
    }
    before = index
  }
}

const checkSize = (rows: number, columns: number): void => {
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || rows < 0 || columns < 0) {
    throw new RangeError(`a matrix cannot have ${rows} rows and ${columns} columns`)
  }
}

/**
 * The matrix with values[t] at (rowIndices[t], columnIndices[t]); of several at one place it holds the sum, in the order given.
 *
 * Cost: linear. A value of 0 is an entry. Throws `RangeError` naming the triplet that lies outside.
 */
export const fromTriplets = (
  rows: number,
  columns: number,
  rowIndices: ArrayLike<number>,
  columnIndices: ArrayLike<number>,
  values: ArrayLike<number>
): SparseMatrix => {
  checkSize(rows, columns)
  const count = values.length
  if (rowIndices.length !== count || columnIndices.length !== count) {
    throw new RangeError(`${rowIndices.length} rows and ${columnIndices.length} columns are given for ${count} values`)
  }
  const counts = new Int32Array(rows)
  for (let t = 0; t < count; t++) {
    const [i, j] = [rowIndices[t]!, columnIndices[t]!]
    if (!Number.isInteger(i) || !Number.isInteger(j) || i < 0 || i >= rows || j < 0 || j >= columns) {
      throw new RangeError(`triplet ${t} lies at (${i}, ${j}), outside of ${rows}×${columns}`)
    }
    counts[i]!++
  }
  const starts = cumulative(counts)
  const next = starts.slice()
  const indices = new Int32Array(count)
  const sorted = new Float64Array(count)
  for (let t = 0; t < count; t++) {
    const place = next[rowIndices[t]!]!++
    indices[place] = columnIndices[t]!
    sorted[place] = values[t]!
  }
  return summed(withSortedRows({ rows, columns, starts, indices, values: sorted }))
}

/** 0, c₀, c₀ + c₁, …: where the parts of lengths `counts` begin in one array. */
export const cumulative = (counts: Int32Array): Int32Array => {
  const starts = new Int32Array(counts.length + 1)
  for (let i = 0; i < counts.length; i++) starts[i + 1] = starts[i]! + counts[i]!
  return starts
}

/** Rows sorted by column, those at one place in the order that they had: two transpositions do it in linear time. */
export const withSortedRows = (a: SparseMatrix): SparseMatrix => transpose(transpose(a))

/** Neighbours at one place become their sum. */
const summed = (a: SparseMatrix): SparseMatrix => {
  const starts = new Int32Array(a.rows + 1)
  let end = 0
  for (let i = 0; i < a.rows; i++) {
    const begin = end
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) {
      if (end > begin && a.indices[end - 1] === a.indices[p]) a.values[end - 1]! += a.values[p]!
      else {
        a.indices[end] = a.indices[p]!
        a.values[end++] = a.values[p]!
      }
    }
    starts[i + 1] = end
  }
  return { ...a, starts, indices: a.indices.slice(0, end), values: a.values.slice(0, end) }
}

/** The elements of a dense matrix, row-major, that are not 0; NaN is not 0. */
export const fromDense = (dense: Float64Array, rows: number, columns: number): SparseMatrix => {
  checkSize(rows, columns)
  if (dense.length !== rows * columns) {
    throw new RangeError(`the matrix has ${dense.length} elements, not ${rows}×${columns}`)
  }
  const counts = new Int32Array(rows)
  for (let at = 0; at < dense.length; at++) if (dense[at] !== 0) counts[Math.floor(at / columns)]!++
  const starts = cumulative(counts)
  const indices = new Int32Array(starts[rows]!)
  const values = new Float64Array(starts[rows]!)
  let end = 0
  for (let at = 0; at < dense.length; at++) {
    if (dense[at] === 0) continue
    indices[end] = at % columns
    values[end++] = dense[at]!
  }
  return { rows, columns, starts, indices, values }
}

/** All rows × columns elements, row-major. */
export const toDense = (a: SparseMatrix): Float64Array => {
  const dense = new Float64Array(a.rows * a.columns)
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) dense[i * a.columns + a.indices[p]!] = a.values[p]!
  }
  return dense
}

/** The square matrix with these elements on its diagonal, each an entry. */
export const diagonalMatrix = (elements: Float64Array): SparseMatrix => {
  const n = elements.length
  const starts = Int32Array.from({ length: n + 1 }, (_, i) => i)
  return { rows: n, columns: n, starts, indices: starts.slice(0, n), values: elements.slice() }
}

/** The identity of order n. */
export const identity = (n: number): SparseMatrix => diagonalMatrix(new Float64Array(n).fill(1))

/** Elements (i, i), as many as the shorter side has; 0 where there is no entry. */
export const diagonal = (a: SparseMatrix): Float64Array => {
  const result = new Float64Array(Math.min(a.rows, a.columns))
  for (let i = 0; i < result.length; i++) {
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) if (a.indices[p] === i) result[i] = a.values[p]!
  }
  return result
}

/** Aᵀ, in linear time. */
export const transpose = (a: SparseMatrix): SparseMatrix => {
  const { starts, source, indices } = transposedPattern(a)
  const values = new Float64Array(source.length)
  for (let p = 0; p < source.length; p++) values[p] = a.values[source[p]!]!
  return { rows: a.columns, columns: a.rows, starts, indices, values }
}

/** The pattern of Aᵀ, and for each of its entries which one of A it is. */
export const transposedPattern = (
  a: SparseMatrix
): { readonly starts: Int32Array; readonly indices: Int32Array; readonly source: Int32Array } => {
  const count = entries(a)
  const counts = new Int32Array(a.columns)
  for (let p = 0; p < count; p++) counts[a.indices[p]!]!++
  const starts = cumulative(counts)
  const next = starts.slice()
  const indices = new Int32Array(count)
  const source = new Int32Array(count)
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) {
      const place = next[a.indices[p]!]!++
      indices[place] = i
      source[place] = p
    }
  }
  return { starts, indices, source }
}
