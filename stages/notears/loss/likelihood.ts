/** Gaussian likelihoods of weights with cycles, from second moments alone. */

import * as Lu from "../../math/linear/Lu.ts"
import { Workspace } from "../../math/linear/Workspace.ts"
import { log } from "../../math/special/Elementary.ts"
import type { Loss } from "./Loss.ts"

/**
 * The negative logarithm of the likelihood, over n and up to a constant, with the best deviations of noise:
 * d/2 log Σ_j ρ_j − log |det (I − W)| where all nodes have one, ½ Σ_j log ρ_j − log |det (I − W)| where each has its own, ρ_j being
 * n times the mean squared residual of node j.
 *
 * For `s` = XᵀX / n, d × d. ∞ where I − W is singular. Cost: 14/3 d³ flops. Source: Ng, Ghassami and Zhang, GOLEM, NeurIPS 2020 (arXiv
 * 2006.10201), equations 2 and 3.
 */
export const likelihood = (s: Float64Array, d: number, n: number, variances: "equal" | "unequal"): Loss => {
  const space = new Workspace("f64")
  const matrix = () => space.matrix(d, d)
  const [moments, rest, product, factors, inverse] = [matrix(), matrix(), matrix(), matrix(), matrix()]
  const pivots = space.matrix(1, d)
  moments.set(s)
  // The inverse needs memory of its own: have it before views are taken.
  space.temporary(matrix)
  const [left, slope, lu, back] = [rest.data, product.data, factors.data, inverse.data]
  const scales = new Float64Array(d)
  return (w, gradient) => {
    // 0 times what is no finite number is no number.
    let zero = 0
    for (let i = 0; i < left.length; i++) {
      left[i] = 0 - w[i]!
      zero += 0 * w[i]!
    }
    if (zero !== 0) return Number.POSITIVE_INFINITY
    for (let i = 0; i < left.length; i += d + 1) left[i]! += 1
    space.multiply(product, moments, rest)
    const value = residualTerm(left, slope, d, n, variances, scales)
    lu.set(left)
    Lu.factorInPlace(space, factors, pivots)
    const logDet = logDeterminantOf(lu, d)
    if (!(logDet > Number.NEGATIVE_INFINITY)) return Number.POSITIVE_INFINITY
    Lu.invert(space, factors, pivots, inverse)
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) gradient[i * d + j] = back[j * d + i]! - scales[j]! * slope[i * d + j]!
    }
    return value - logDet
  }
}

/** The logarithms of residuals; `scales` become what the derivatives −S (I − W) of half their squares are multiplied by. */
const residualTerm = (
  left: Float64Array,
  slope: Float64Array,
  d: number,
  n: number,
  variances: "equal" | "unequal",
  scales: Float64Array
): number => {
  scales.fill(0)
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) scales[j]! += left[i * d + j]! * slope[i * d + j]!
  if (variances === "equal") {
    let sum = 0
    for (let j = 0; j < d; j++) sum += scales[j]!
    scales.fill(d / sum)
    return (d / 2) * log(n * sum)
  }
  let value = 0
  for (let j = 0; j < d; j++) {
    value += log(n * scales[j]!) / 2
    scales[j] = 1 / scales[j]!
  }
  return value
}

/** log |det| from triangular factors. */
const logDeterminantOf = (factors: Float64Array, d: number): number => {
  let sum = 0
  for (let k = 0; k < d; k++) sum += log(Math.abs(factors[k * (d + 1)]!))
  return sum
}
