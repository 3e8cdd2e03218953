/** What no acyclic graph's least squares score is below. */
import { exp, log } from "../math/special/Elementary.ts"

/**
 * A lower bound of Σ rₖₖ² / 2 over all orders, from the triangular root of the second moments alone.
 *
 * In every order the product of the residual variances is det S; that of node j is at least what all others leave of it, and at most
 * its own second moment. Of all such numbers those with the least sum are min(max(μ, lower), upper) with one μ. In the limit of many samples with
 * equal noise the bound is the optimum. Cost: that of R⁻¹, d³ / 3 flops; `inverse` is L = R⁻ᵀ.
 */
export const lowerBound = (root: Float64Array, inverse: Float64Array, d: number): number => {
  const [least, most] = [new Float64Array(d), new Float64Array(d)]
  let target = 0
  for (let j = 0; j < d; j++) {
    let [precision, moment] = [0, 0]
    for (let k = 0; k < d; k++) {
      precision += inverse[k * d + j]! * inverse[k * d + j]!
      moment += root[k * d + j]! * root[k * d + j]!
    }
    least[j] = 1 / precision
    most[j] = moment
    target += 2 * log(root[j * (d + 1)]!)
  }
  const at = (level: number): Float64Array => least.map((low, j) => Math.min(Math.max(exp(level), low), most[j]!))
  const product = (variances: Float64Array): number => variances.reduce((sum, variance) => sum + log(variance), 0)
  // Bisection ends below the level, so that the sum is not above the bound.
  let [below, above] = [Math.min(...least.map(log)), Math.max(...most.map(log))]
  for (let step = 0; step < 60; step++) {
    const middle = (below + above) / 2
    if (product(at(middle)) <= target) below = middle
    else above = middle
  }
  return at(below).reduce((sum, variance) => sum + variance, 0) / 2
}
