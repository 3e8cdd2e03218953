/**
 * Symmetric systems, also indefinite ones, by minimal residuals.
 *
 * Source: C. C. Paige and M. A. Saunders, Solution of Sparse Indefinite Systems of Linear Equations, SIAM J. Numer. Anal. 12 (1975).
 */
import { addScaled, dot, length } from "../linear/Vector.ts"
import { type IterationOptions, iterate, type Run, type Solution, unpreconditioned } from "./Iteration.ts"
import type { Operator } from "./Operator.ts"

/**
 * x of A x = b for a symmetric A; the preconditioner must be positive definite.
 *
 * The residual never grows, in the norm of M⁻¹. Cost of a step: a product with A, one with M⁻¹, 18 n flops. Throws `NotConverged`: as
 * "indefinite" when M is not positive definite, as "stagnation" when A is singular and b not in its range.
 */
export const minres = (apply: Operator, b: Float64Array, options: IterationOptions = {}): Solution => {
  const precondition = options.precondition ?? unpreconditioned
  return iterate("minimal residuals", apply, b, options, (x, r, run) => cycle(apply, precondition, x, r, run))
}

/** A singular value below this share of the norm of A is round-off. */
const SINGULAR = 4 * Number.EPSILON

/** Lanczos vectors, and the factors of their tridiagonal matrix, of which three columns at a time are needed. */
const cycle = (apply: Operator, precondition: Operator, x: Float64Array, r: Float64Array, run: Run): void => {
  const n = x.length
  const make = () => new Float64Array(n)
  let [older, old, next] = [make(), r.slice(), make()]
  const [y, v] = [make(), make()]
  let [w, w1, w2] = [make(), make(), make()]
  precondition(old, y)
  let beta = Math.sqrt(dot(old, y))
  if (!(beta > 0)) {
    run.obstacle = Number.isFinite(dot(old, y)) ? "indefinite" : "not finite"
    return
  }
  // Norms of M⁻¹ count as much, in proportion, as at the start.
  const unit = length(r) / beta
  let [betaBefore, deltaBar, epsilon, phiBar, c, s] = [0, 0, 0, beta, -1, 0]
  let squares = 0
  for (;;) {
    for (let i = 0; i < n; i++) v[i] = y[i]! / beta
    apply(v, next)
    if (betaBefore > 0) addScaled(next, -beta / betaBefore, older)
    const alpha = dot(v, next)
    addScaled(next, -alpha / beta, old)
    ;[older, old, next] = [old, next, older]
    precondition(old, y)
    const square = dot(old, y)
    if (square < 0) {
      run.obstacle = "indefinite"
      return
    }
    betaBefore = beta
    beta = Math.sqrt(square)

    const epsilonBefore = epsilon
    const delta = c * deltaBar + s * alpha
    const gammaBar = s * deltaBar - c * alpha
    epsilon = s * beta
    deltaBar = -c * beta
    const gamma = Math.sqrt(gammaBar * gammaBar + beta * beta)
    squares += alpha * alpha + beta * beta
    if (gamma <= SINGULAR * Math.sqrt(squares)) {
      // A is singular, and what is left of b lies beside its range.
      run.reached = true
      return
    }
    c = gammaBar / gamma
    s = beta / gamma
    const phi = c * phiBar
    phiBar *= s
    ;[w, w1, w2] = [w1, w2, w]
    for (let i = 0; i < n; i++) w2[i] = (v[i]! - epsilonBefore * w[i]! - delta * w1[i]!) / gamma
    addScaled(x, phi, w2)
    if (run.record(phiBar * unit)) return
  }
}
