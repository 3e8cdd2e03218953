/** How far decompositions are off, in units of ε. */
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import type { Svd } from "../../../../stages/math/linear/Svd.ts"
import { largest } from "./matrices.ts"

/** Largest deviation of inner products of rows from those of an orthonormal set. */
export const fromOrthonormal = (rows: Float64Array, count: number, width: number): number => {
  const gram = multiply(rows, rows, count, count, width, { transposeB: true })
  return largest(gram.map((x, at) => x - (at % (count + 1) === 0 ? 1 : 0))) / Number.EPSILON
}

/** Largest element of Σ σ u vᵀ − A, relative to the largest singular value. */
export const fromProduct = ({ values, left, right }: Svd, a: Float64Array, m: number, n: number): number => {
  const count = values.length
  const weighted = right.slice(0, count * n).map((x, at) => x * values[Math.floor(at / n)]!)
  const product = multiply(left.slice(0, count * m), weighted, m, n, count, { transposeA: true })
  return largest(product.map((x, at) => x - a[at]!)) / ((values[0] || 1) * Number.EPSILON)
}
