/** Convex quadratic functions with a penalty on magnitudes: least squares of one variable on some others, among others. */
import * as Cholesky from "../math/linear/Cholesky.ts"
import { largest } from "../math/linear/Vector.ts"

/**
 * w of min ½ wᵀ S w − bᵀ w + λ ‖w‖₁ over the components of `allowed`, 0 elsewhere; `w` is where the search begins.
 *
 * Components that are not 0 have a sign each, with which the problem is a linear system: the solution is gone to until a component meets 0
 * and drops out, and the component that most wants to move joins. The value falls with each step, so that no set comes twice, and what is found
 * is exact. S is d × d and positive definite on them. Source: Lee, Battle, Raina and Ng, Efficient Sparse Coding Algorithms, NeurIPS 2006, with
 * the step to the first zero. Cost: k³ / 3 flops for each step with k components.
 */
export const lasso = (
  s: Float64Array,
  d: number,
  b: Float64Array,
  allowed: Uint8Array,
  lambda: number,
  w: Float64Array
): Float64Array => {
  const column = w.map((weight, i) => (allowed[i] === 1 ? weight : 0))
  const signs = Int8Array.from(column, Math.sign)
  const slope = new Float64Array(d)
  // Rounding may have a component of an ill-conditioned S join and drop out for ever.
  const most = JOININGS * d
  const slack = 1e-12 * (largest(b) + lambda)
  for (let joinings = 0; joinings <= most; joinings++) {
    while (!settle(s, d, b, lambda, column, signs)) {}
    slopes(s, d, b, column, slope)
    const next = mostUrgent(slope, signs, allowed, lambda + slack)
    if (next < 0) break
    signs[next] = -Math.sign(slope[next]!)
  }
  return column
}

/** A component rarely joins more than twice. */
const JOININGS = 20

/** S w − b. */
export const slopes = (s: Float64Array, d: number, b: Float64Array, w: Float64Array, slope: Float64Array): void => {
  for (let i = 0; i < d; i++) slope[i] = -b[i]!
  for (let k = 0; k < d; k++) {
    const weight = w[k]!
    if (weight !== 0) for (let i = 0; i < d; i++) slope[i]! += weight * s[k * d + i]!
  }
}

/** The component at 0 with the largest slope, if that is above `least`; else −1. */
const mostUrgent = (slope: Float64Array, signs: Int8Array, allowed: Uint8Array, least: number): number => {
  let [next, most] = [-1, least]
  for (let i = 0; i < slope.length; i++) {
    if (allowed[i] !== 1 || signs[i] !== 0 || !(Math.abs(slope[i]!) > most)) continue
    next = i
    most = Math.abs(slope[i]!)
  }
  return next
}

/** Goes to the solution with these signs, or to where the first component meets 0, which drops out: `false` then. */
const settle = (
  s: Float64Array,
  d: number,
  b: Float64Array,
  lambda: number,
  column: Float64Array,
  signs: Int8Array
): boolean => {
  const active = Array.from(signs.keys()).filter((i) => signs[i] !== 0)
  const k = active.length
  if (k === 0) return true
  const part = Float64Array.from({ length: k * k }, (_, at) => s[active[Math.floor(at / k)]! * d + active[at % k]!]!)
  const aim = Cholesky.solve(
    Cholesky.factor(part, k),
    k,
    Float64Array.from(active, (i) => b[i]! - lambda * signs[i]!)
  )
  let [share, first] = [1, -1]
  for (let a = 0; a < k; a++) {
    const [from, to] = [column[active[a]!]!, aim[a]!]
    if (to * signs[active[a]!]! > 0) continue
    const met = from === to ? 0 : from / (from - to)
    if (first >= 0 && met >= share) continue
    share = met
    first = active[a]!
  }
  for (let a = 0; a < k; a++) column[active[a]!]! += share * (aim[a]! - column[active[a]!]!)
  if (first < 0) return true
  column[first] = 0
  signs[first] = 0
  return false
}
