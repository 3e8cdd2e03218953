/** What stage types that end in an order say of it. */
import { Metric } from "athanor/stage"
import { Effect } from "effect"
import type { Covariance } from "./Covariance.ts"
import { edgeCount } from "./Dag.ts"
import { kktResidual } from "./kkt.ts"
import { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import type { Order } from "./Order.ts"
import type { ScoredOrder } from "./ScoredOrder.ts"
import { matrix, orderTensor } from "./tensors.ts"

/** Weights and order of a state; records its score, and the KKT residual of the weights under least squares. */
export const solution = Effect.fnUntraced(function* ({ root, d }: Covariance, state: ScoredOrder) {
  const weights = state.weights()
  const order = state.order.slice()
  yield* Metric.recordAll({
    score: state.score,
    kkt: kktResidual(root, weights, order),
    edges: edgeCount(weights)
  })
  return { weights: matrix(d, d, weights), order: orderTensor(order) }
})

/** The same for least squares along an order, from new factors. */
export const leastSquaresSolution = (covariance: Covariance, order: Order) =>
  solution(covariance, new LeastSquaresOrder(covariance.root, order))

/** What a method has taken once the second moments are there: for studies that set methods side by side. */
export interface Work {
  /** Multiplications and additions, about. */
  readonly flops: number
  /** Regressions of one node on others that were solved, or whose residuals were found in another way. */
  readonly regressions?: number
}

export const work = (done: Work) => Effect.as(Metric.recordAll({ ...done }), { ...done })
