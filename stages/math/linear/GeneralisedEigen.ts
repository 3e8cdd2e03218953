/** Pairs of symmetric matrices: A x = λ B x. */
import * as Cholesky from "./Cholesky.ts"
import { checkedScale } from "./power-of-two.ts"
import { type Eigen, eigen } from "./SymmetricEigen.ts"
import { makePeakPositive } from "./sign-of-vectors.ts"
import * as Triangular from "./Triangular.ts"
import { withWorkspace } from "./with-workspace.ts"

/**
 * All λ and x with A x = λ B x, A symmetric and B symmetric positive definite, n × n, row-major; only lower triangles
 * are read.
 *
 * Values descend; row i of the vectors is x for value i, with xᵀ B x = 1, and its component of largest magnitude is
 * positive. By the eigenpairs of L⁻¹ A L⁻ᵀ with B = L Lᵀ: errors of λ are ε ‖A‖ ‖B⁻¹‖, so small λ lose digits where B
 * is ill-conditioned. Cost: 12n³ flops. Source: Golub and Van Loan, 4th ed., section 8.7.2. Throws
 * `NotPositiveDefinite`, `NotFinite` for an infinity or NaN in A, and `RangeError` when an array has the wrong
 * length, or when L⁻¹ A L⁻ᵀ overflows.
 */
export const generalisedEigen = (a: Float64Array, b: Float64Array, n: number): Eigen => {
  checkedScale(a, n, n, "lower")
  return withWorkspace((space) => {
    const [l, c] = [space.matrix(n, n), space.matrix(n, n)]
    l.set(b)
    Cholesky.factorInPlace(space, l)
    const whole = a.slice()
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) whole[j * n + i] = a[i * n + j]!
    c.set(whole)
    Triangular.solveInPlace(space, l, c, { triangle: "lower" })
    Triangular.solveInPlace(space, l, c, { triangle: "lower", side: "right", transpose: true })
    const { values, vectors } = eigen(c.toFloat64(), n)
    c.set(vectors)
    Triangular.solveInPlace(space, l, c, { triangle: "lower", side: "right" })
    for (let i = 0; i < n; i++) makePeakPositive(c.row(i))
    return { values, vectors: c.toFloat64() }
  })
}
