/**
 * Products of sparse matrices with vectors, dense matrices and each other.
 *
 * Sums run over the stored entries in order: what is not stored does not meet a NaN or an infinity of the other factor. Each throws
 * `RangeError` when sizes do not fit. Source of the sparse product: F. G. Gustavson, ACM Trans. Math. Softw. 4 (1978).
 */
import { entries, type SparseMatrix } from "./SparseMatrix.ts"

const checkLength = (name: string, length: number, expected: number): void => {
  if (length !== expected) throw new RangeError(`${name} has ${length} elements, not ${expected}`)
}

/** y = A x, into `y` where given, which must not be x. Cost: 2 flops an entry. */
export const timesVector = (
  a: SparseMatrix,
  x: Float64Array,
  y: Float64Array = new Float64Array(a.rows)
): Float64Array => {
  checkLength("x", x.length, a.columns)
  checkLength("y", y.length, a.rows)
  const { starts, indices, values } = a
  for (let i = 0, p = 0; i < y.length; i++) {
    let sum = 0
    for (const end = starts[i + 1]!; p < end; p++) sum += values[p]! * x[indices[p]!]!
    y[i] = sum
  }
  return y
}

/** y = Aᵀ x, into `y` where given, which must not be x. */
export const transposeTimesVector = (
  a: SparseMatrix,
  x: Float64Array,
  y: Float64Array = new Float64Array(a.columns)
): Float64Array => {
  checkLength("x", x.length, a.rows)
  checkLength("y", y.length, a.columns)
  const { starts, indices, values } = a
  y.fill(0)
  for (let i = 0; i < a.rows; i++) {
    const factor = x[i]!
    for (let p = starts[i]!; p < starts[i + 1]!; p++) y[indices[p]!]! += values[p]! * factor
  }
  return y
}

/** A B of a dense B, A.columns × columns, row-major. Cost: 2 flops an entry and column. */
export const timesDense = (a: SparseMatrix, b: Float64Array, columns: number): Float64Array => {
  checkLength("B", b.length, a.columns * columns)
  const result = new Float64Array(a.rows * columns)
  for (let i = 0; i < a.rows; i++) {
    const row = i * columns
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) {
      const value = a.values[p]!
      const other = a.indices[p]! * columns
      for (let c = 0; c < columns; c++) result[row + c]! += value * b[other + c]!
    }
  }
  return result
}

/** A B of two sparse matrices. A sum that comes out as 0 is an entry. Cost: 2 flops a pair of entries that meet, and linear time. */
export const product = (a: SparseMatrix, b: SparseMatrix): SparseMatrix => {
  if (a.columns !== b.rows) throw new RangeError(`A has ${a.columns} columns, B ${b.rows} rows`)
  const starts = productStarts(a, b)
  const indices = new Int32Array(starts[a.rows]!)
  const values = new Float64Array(starts[a.rows]!)
  const sums = new Float64Array(b.columns)
  const seen = new Int32Array(b.columns).fill(-1)
  for (let i = 0; i < a.rows; i++) {
    let end = starts[i]!
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) {
      const factor = a.values[p]!
      const k = a.indices[p]!
      for (let q = b.starts[k]!; q < b.starts[k + 1]!; q++) {
        const j = b.indices[q]!
        if (seen[j] === i) sums[j]! += factor * b.values[q]!
        else {
          seen[j] = i
          sums[j] = factor * b.values[q]!
          indices[end++] = j
        }
      }
    }
    sortPart(indices, starts[i]!, end)
    for (let p = starts[i]!; p < end; p++) values[p] = sums[indices[p]!]!
  }
  return { rows: a.rows, columns: b.columns, starts, indices, values }
}

/** Below this length, moving one by one is faster than a call of the sort of the language. */
const SHORT = 32

/** Sorts the numbers from `start` to `end` − 1. */
const sortPart = (numbers: Int32Array, start: number, end: number): void => {
  if (end - start > SHORT) {
    numbers.subarray(start, end).sort()
    return
  }
  for (let p = start + 1; p < end; p++) {
    const held = numbers[p]!
    let q = p
    for (; q > start && numbers[q - 1]! > held; q--) numbers[q] = numbers[q - 1]!
    numbers[q] = held
  }
}

/** Where the rows of A B begin. */
const productStarts = (a: SparseMatrix, b: SparseMatrix): Int32Array => {
  const starts = new Int32Array(a.rows + 1)
  const seen = new Int32Array(b.columns).fill(-1)
  for (let i = 0; i < a.rows; i++) {
    let count = 0
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) {
      const k = a.indices[p]!
      for (let q = b.starts[k]!; q < b.starts[k + 1]!; q++) {
        if (seen[b.indices[q]!] === i) continue
        seen[b.indices[q]!] = i
        count++
      }
    }
    starts[i + 1] = starts[i]! + count
  }
  return starts
}

/** A ⊗ B: block (i, j) is aᵢⱼ B. */
export const kronecker = (a: SparseMatrix, b: SparseMatrix): SparseMatrix => {
  const [rows, columns] = [a.rows * b.rows, a.columns * b.columns]
  const starts = new Int32Array(rows + 1)
  const indices = new Int32Array(entries(a) * entries(b))
  const values = new Float64Array(indices.length)
  let end = 0
  for (let row = 0; row < rows; row++) {
    const [i, k] = [Math.floor(row / b.rows), row % b.rows]
    for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) {
      for (let q = b.starts[k]!; q < b.starts[k + 1]!; q++) {
        indices[end] = a.indices[p]! * b.columns + b.indices[q]!
        values[end++] = a.values[p]! * b.values[q]!
      }
    }
    starts[row + 1] = end
  }
  return { rows, columns, starts, indices, values }
}
