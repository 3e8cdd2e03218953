/** Matrices as a rotation and a stretch. */
import { multiply } from "./Gemm.ts"
import { svd } from "./Svd.ts"
import { fromEigen } from "./SymmetricFunction.ts"

/** A = U H. */
export interface Polar {
  /** m × n, of orthonormal columns: of all such, the one nearest to A. */
  readonly u: Float64Array
  /** n × n, symmetric positive semidefinite: the square root of AᵀA. */
  readonly h: Float64Array
}

/**
 * The polar decomposition of an m × n matrix with m ≥ n, row-major.
 *
 * Error: ε ‖A‖. Cost: as `svd`, and 4mn² flops. U is unique when A has full rank. Source: N. J. Higham, Functions of
 * Matrices (2008), section 8. Throws as `svd` does, and `RangeError` for m < n.
 */
export const polar = (a: Float64Array, m: number, n: number): Polar => {
  if (m < n) throw new RangeError(`${m}×${n}: a matrix with fewer rows than columns has no orthonormal columns`)
  const { values, left, right } = svd(a, m, n)
  const u = multiply(left, right, m, n, n, { transposeA: true })
  return { u, h: fromEigen(values, right, n) }
}
