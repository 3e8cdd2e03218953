/** Units of weights in which a penalised loss has like second derivatives along all of them. */

/**
 * For each weight 1 / √(curvature of the loss + weight of the constraint · ∂²h/∂W²), with h of W ∘ W: its second derivative at W_ij = 0 is 2 ∂h/∂A_ij.
 *
 * As multipliers grow, an edge against the graph is held at 0 by a curvature of 10⁵ and more, while those along it keep that of the loss: in units of
 * W the condition of the problem is the ratio of the two, and L-BFGS-B takes 5 to 10 times as many steps. `curvature` is that of
 * the loss for weights of each parent, `slopes` are ∂h/∂A, d × d. Source: Nocedal and Wright, Numerical Optimization, 2nd ed., section 2.2, scaling.
 */
export const curvatureScales = (curvature: Float64Array, slopes: Float64Array, weight: number): Float64Array => {
  const d = curvature.length
  return slopes.map((slope, at) => {
    const all = curvature[Math.floor(at / d)]! + 2 * weight * slope
    return all > 0 && all < Number.POSITIVE_INFINITY ? 1 / Math.sqrt(all) : 1
  })
}
