/** Sums and multiples of sparse matrices, and how far one is from symmetric. */
import { entries, type SparseMatrix, transpose } from "./SparseMatrix.ts"

/** α A + β B, with an entry where either has one. Throws `RangeError` when sizes differ. Cost: linear. */
export const add = (a: SparseMatrix, b: SparseMatrix, alpha = 1, beta = 1): SparseMatrix => {
  if (a.rows !== b.rows || a.columns !== b.columns) {
    throw new RangeError(`A is ${a.rows}×${a.columns}, B ${b.rows}×${b.columns}`)
  }
  const most = entries(a) + entries(b)
  const starts = new Int32Array(a.rows + 1)
  const indices = new Int32Array(most)
  const values = new Float64Array(most)
  let end = 0
  for (let i = 0; i < a.rows; i++) {
    let [p, q] = [a.starts[i]!, b.starts[i]!]
    const [pEnd, qEnd] = [a.starts[i + 1]!, b.starts[i + 1]!]
    while (p < pEnd || q < qEnd) {
      const left = p < pEnd ? a.indices[p]! : a.columns
      const right = q < qEnd ? b.indices[q]! : a.columns
      indices[end] = Math.min(left, right)
      if (left < right) values[end++] = alpha * a.values[p++]!
      else if (right < left) values[end++] = beta * b.values[q++]!
      else values[end++] = alpha * a.values[p++]! + beta * b.values[q++]!
    }
    starts[i + 1] = end
  }
  return { rows: a.rows, columns: a.columns, starts, indices: indices.slice(0, end), values: values.slice(0, end) }
}

/** α A, with the entries of A. */
export const scaled = (a: SparseMatrix, alpha: number): SparseMatrix => ({
  ...a,
  values: a.values.map((value) => alpha * value)
})

/** max |aᵢⱼ − aⱼᵢ|: 0 of a symmetric matrix, NaN where an entry is. Throws `RangeError` when A is not square. */
export const asymmetry = (a: SparseMatrix): number => {
  let most = 0
  for (const value of add(a, transpose(a), 1, -1).values) most = Math.max(most, Math.abs(value))
  return most
}

/** Whether (j, i) is an entry wherever (i, j) is, whatever their values. Throws `RangeError` when A is not square. */
export const hasSymmetricPattern = (a: SparseMatrix): boolean => entries(add(a, transpose(a))) === entries(a)
