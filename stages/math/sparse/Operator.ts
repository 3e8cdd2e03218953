/** Matrices that are known by what they do to a vector. */
import { timesVector, transposeTimesVector } from "./Product.ts"
import type { SparseMatrix } from "./SparseMatrix.ts"

/** y ← A x: fills y, leaves x as it is, and keeps neither. */
export type Operator = (x: Float64Array, y: Float64Array) => void

/** A rectangular matrix, by its products with vectors on both sides. */
export interface Rectangular {
  readonly rows: number
  readonly columns: number
  readonly times: Operator
  readonly transposeTimes: Operator
}

/** The products with a sparse matrix. */
export const operator =
  (a: SparseMatrix): Operator =>
  (x, y) => {
    timesVector(a, x, y)
  }

/** The products with a sparse matrix, on both sides. */
export const rectangular = (a: SparseMatrix): Rectangular => ({
  rows: a.rows,
  columns: a.columns,
  times: operator(a),
  transposeTimes: (x, y) => {
    transposeTimesVector(a, x, y)
  }
})
