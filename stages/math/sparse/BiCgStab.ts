/**
 * General systems by stabilised biconjugate gradients: short recurrences, no restarts.
 *
 * Source: H. A. van der Vorst, SIAM J. Sci. Stat. Comput. 13 (1992); preconditioned from the right.
 */
import { addScaled, dot, length } from "../linear/Vector.ts"
import { type IterationOptions, iterate, type Run, type Solution, unpreconditioned } from "./Iteration.ts"
import type { Operator } from "./Operator.ts"

/**
 * x of A x = b.
 *
 * The residual may grow on the way. Cost of a step: two products with A, two with M⁻¹, 20 n flops. Throws `NotConverged`, as
 * "breakdown" where a division by 0 would follow: GMRES may come further.
 */
export const biCgStab = (apply: Operator, b: Float64Array, options: IterationOptions = {}): Solution => {
  const precondition = options.precondition ?? unpreconditioned
  return iterate("BiCGSTAB", apply, b, options, (x, r, run) => cycle(apply, precondition, x, r, run))
}

const cycle = (apply: Operator, precondition: Operator, x: Float64Array, r: Float64Array, run: Run): void => {
  const n = x.length
  const shadow = r.slice()
  const p = r.slice()
  const [pHat, v, sHat, t] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  let rho = dot(shadow, r)
  for (;;) {
    precondition(p, pHat)
    apply(pHat, v)
    const alpha = quotient(rho, dot(shadow, v), run)
    if (run.obstacle !== undefined) return
    addScaled(x, alpha, pHat)
    addScaled(r, -alpha, v)
    if (length(r) <= run.target) {
      run.record(length(r))
      return
    }
    precondition(r, sHat)
    apply(sHat, t)
    const omega = quotient(dot(t, r), dot(t, t), run)
    if (run.obstacle !== undefined) return
    addScaled(x, omega, sHat)
    addScaled(r, -omega, t)
    if (run.record(length(r))) return
    const before = rho
    rho = dot(shadow, r)
    const beta = quotient(rho, before, run) * quotient(alpha, omega, run)
    if (run.obstacle !== undefined) return
    for (let i = 0; i < n; i++) p[i] = r[i]! + beta * (p[i]! - omega * v[i]!)
  }
}

const quotient = (numerator: number, denominator: number, run: Run): number => {
  if (!Number.isFinite(numerator) || !Number.isFinite(denominator)) run.obstacle = "not finite"
  else if (denominator === 0) run.obstacle = "breakdown"
  return numerator / denominator
}
