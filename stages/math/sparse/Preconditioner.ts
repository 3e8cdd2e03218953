/** Approximate inverses of symmetric positive definite matrices. */
import { NotPositiveDefinite } from "../linear/NotPositiveDefinite.ts"
import type { Operator } from "./Operator.ts"
import { lowerTriangle } from "./Selection.ts"
import { diagonal, type SparseMatrix } from "./SparseMatrix.ts"

/** z ← D⁻¹ r with the diagonal D of A. Throws `NotPositiveDefinite` naming an element that is not positive. */
export const jacobi = (a: SparseMatrix): Operator => {
  const elements = diagonal(a)
  elements.forEach((pivot, column) => {
    if (!(pivot > 0)) throw new NotPositiveDefinite({ column, pivot })
  })
  return (r, z) => {
    for (let i = 0; i < z.length; i++) z[i] = r[i]! / elements[i]!
  }
}

/**
 * z ← (L Lᵀ)⁻¹ r with the incomplete Cholesky factor of A, which has entries where A has them; those (i, j) with j ≤ i are read.
 *
 * Where a pivot is not positive, A + α diag A is factored for the smallest α of 0, 0.001, 0.002, 0.004, … with which none is. Sources:
 * J. A. Meijerink and H. A. van der Vorst, Math. Comp. 31 (1977); T. A. Manteuffel, Math. Comp. 34 (1980). Cost: Σ c² flops over the rows with c
 * entries; as much as a product with A a use. Throws `NotPositiveDefinite` naming the row whose diagonal is not positive, or that has an
 * element which is not finite.
 */
export const incompleteCholesky = (a: SparseMatrix): Operator => {
  const lower = lowerTriangle(a)
  checkRows(lower)
  for (let shift = 0; ; shift = shift === 0 ? 1e-3 : 2 * shift) {
    const values = incompleteFactor(lower, shift)
    if (values !== undefined) return solver({ ...lower, values })
  }
}

/** With a positive diagonal and finite elements beside it, some shift makes all rows dominant, and so all pivots positive. */
const checkRows = ({ rows, starts, indices, values }: SparseMatrix): void => {
  for (let i = 0; i < rows; i++) {
    const end = starts[i + 1]! - 1
    const pivot = indices[end] === i ? values[end]! : 0
    if (!(pivot > 0)) throw new NotPositiveDefinite({ column: i, pivot })
    const wrong = values.subarray(starts[i]!, end + 1).find((value) => !Number.isFinite(value))
    if (wrong !== undefined) throw new NotPositiveDefinite({ column: i, pivot: wrong })
  }
}

/** Values of L, whose rows end on the diagonal; `undefined` when a pivot is not positive. */
const incompleteFactor = ({ rows, starts, indices, values }: SparseMatrix, shift: number): Float64Array | undefined => {
  const l = new Float64Array(values.length)
  for (let i = 0; i < rows; i++) {
    const end = starts[i + 1]! - 1
    for (let p = starts[i]!; p <= end; p++) {
      const j = indices[p]!
      let sum = p === end ? values[p]! * (1 + shift) : values[p]!
      // Rows i and j of L, up to column j − 1, where both have entries.
      let [q, o] = [starts[i]!, starts[j]!]
      while (q < p) {
        const [left, right] = [indices[q]!, indices[o]!]
        if (right >= j) break
        if (left === right) sum -= l[q++]! * l[o++]!
        else if (left < right) q++
        else o++
      }
      if (p < end) l[p] = sum / l[starts[j + 1]! - 1]!
      else if (sum > 0 && sum < Number.POSITIVE_INFINITY) l[p] = Math.sqrt(sum)
      else return undefined
    }
  }
  return l
}

const solver =
  (l: SparseMatrix): Operator =>
  (r, z) => {
    const { rows, starts, indices, values } = l
    for (let i = 0; i < rows; i++) {
      let sum = r[i]!
      const end = starts[i + 1]! - 1
      for (let p = starts[i]!; p < end; p++) sum -= values[p]! * z[indices[p]!]!
      z[i] = sum / values[end]!
    }
    for (let i = rows - 1; i >= 0; i--) {
      const end = starts[i + 1]! - 1
      const x = z[i]! / values[end]!
      z[i] = x
      for (let p = starts[i]!; p < end; p++) z[indices[p]!]! -= values[p]! * x
    }
  }
