/** What is left of weights with cycles when small ones are dropped. */
import { Effect } from "effect"
import { thresholded, topologicalOrder } from "./Dag.ts"
import type { Order } from "./Order.ts"

export interface AcyclicPart {
  /** The weights of the graph, 0 elsewhere: each of at least the threshold. */
  readonly weights: Float64Array
  /** One of all weights above `cutoff`, which may tell more of the graph than those that are left. */
  readonly order: Order
  /** The least c ≥ 0 for which the edges with |W_ij| > c have no cycle. */
  readonly cutoff: number
}

/**
 * The edges of at least the threshold, without those, smallest first, that keep cycles alive.
 *
 * Source: Ng, Ghassami and Zhang, GOLEM, NeurIPS 2020 (arXiv 2006.10201), section 5 and `threshold_till_dag` of its code. Cost: d² log d.
 */
export const acyclicPart = (weights: Float64Array, d: number, threshold: number): Effect.Effect<AcyclicPart> =>
  Effect.gen(function* () {
    const sizes = [0, ...new Set(thresholded(weights, d, Number.MIN_VALUE).map(Math.abs))].sort((a, b) => a - b)
    let part = yield* partAbove(weights, d, sizes.at(-1)!)
    let [low, high] = [0, sizes.length - 1]
    // Above sizes[high] there is no cycle, and there is one above all cutoffs before `low`.
    while (low < high) {
      const middle = (low + high) >> 1
      const found = yield* partAbove(weights, d, sizes[middle]!)
      if (found === undefined) low = middle + 1
      else [part, high] = [found, middle]
    }
    const cutoff = sizes[high]!
    return { weights: thresholded(part!.weights, d, threshold), order: part!.order, cutoff }
  })

/** The edges above a size, with an order; `undefined` when they have a cycle. */
const partAbove = (weights: Float64Array, d: number, size: number) => {
  const above = thresholded(weights, d, 0).map((weight) => (Math.abs(weight) > size ? weight : 0))
  return topologicalOrder("weights", above, d).pipe(
    Effect.map((order) => ({ weights: above, order })),
    Effect.orElseSucceed(() => undefined)
  )
}
