/**
 * Symmetric positive definite systems by conjugate gradients.
 *
 * Source: M. R. Hestenes and E. Stiefel, J. Res. Nat. Bur. Standards 49 (1952); Golub and Van Loan, 4th ed., section 11.5.
 */
import { addScaled, dot, length, scaleAndAdd } from "../linear/Vector.ts"
import { type IterationOptions, iterate, type Solution, unpreconditioned } from "./Iteration.ts"
import type { Operator } from "./Operator.ts"

/**
 * x of A x = b; the preconditioner must be positive definite too.
 *
 * The error in the norm of A falls by (√κ − 1)/(√κ + 1) a step or faster. Cost of a step: a product with A, one with M⁻¹, 10 n flops.
 * Throws `NotConverged`, as "indefinite" when pᵀ A p ≤ 0 or rᵀ M⁻¹ r ≤ 0 is met.
 */
export const conjugateGradients = (apply: Operator, b: Float64Array, options: IterationOptions = {}): Solution => {
  const precondition = options.precondition ?? unpreconditioned
  const n = b.length
  const [z, p, product] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  return iterate("conjugate gradients", apply, b, options, (x, r, run) => {
    precondition(r, z)
    p.set(z)
    let rz = dot(r, z)
    for (;;) {
      apply(p, product)
      const curvature = dot(p, product)
      if (!(curvature > 0 && rz > 0)) {
        run.obstacle = Number.isFinite(curvature + rz) ? "indefinite" : "not finite"
        return
      }
      const alpha = rz / curvature
      addScaled(x, alpha, p)
      addScaled(r, -alpha, product)
      if (run.record(length(r))) return
      precondition(r, z)
      const before = rz
      rz = dot(r, z)
      scaleAndAdd(p, rz / before, z)
    }
  })
}
