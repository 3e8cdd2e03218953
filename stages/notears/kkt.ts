/** The condition of Karush, Kuhn and Tucker for least squares over acyclic graphs. */
import { multiply } from "../math/linear/Gemm.ts"
import { reachability, thresholded } from "./Dag.ts"
import type { Order } from "./Order.ts"

/**
 * max |∇Q(W)ᵢⱼ| over all i ≠ j without a path from j to i: pairs for which an edge i → j leaves the graph acyclic. 0 at a local minimum.
 *
 * ∇Q = −S (I − W), S = RᵀR; W is a graph with `order` for one of its orders. Where samples leave no weight 0, every pair has a path in one
 * direction, so that least squares along any order passes; with `least`, weights below are no edges of a path. Cost: 4 d³ flops.
 */
export const kktResidual = (root: Float64Array, weights: Float64Array, order: Order, least = 0): number => {
  const d = order.length
  const left = weights.map((weight, at) => (at % (d + 1) === 0 ? 1 - weight : -weight))
  const gradient = multiply(root, multiply(root, left, d, d, d), d, d, d, { transposeA: true })
  const paths = reachability(least === 0 ? weights : thresholded(weights, d, least), d, order)
  let largest = 0
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      if (i !== j && paths[j * d + i] === 0) largest = Math.max(largest, Math.abs(gradient[i * d + j]!))
    }
  }
  return largest
}
