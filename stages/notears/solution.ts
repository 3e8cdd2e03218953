/** What stage types that end in an order say of it. */
import { Metric } from "athanor/stage"
import { Effect } from "effect"
import { kktResidual } from "./kkt.ts"
import { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import type { Order } from "./Order.ts"
import { matrix, orderTensor } from "./tensors.ts"

/** The weights of least squares along an order, and the order; records their score and KKT residual. `root` as `Covariance` has it. */
export const solution = Effect.fnUntraced(function* (root: Float64Array, order: Order) {
  const d = order.length
  const state = new LeastSquaresOrder(root, order)
  const weights = state.weights()
  yield* Metric.recordAll({ score: state.score, kkt: kktResidual(root, weights, order) })
  return { weights: matrix(d, d, weights), order: orderTensor(order) }
})

/** Multiplications and additions, about, that a method has taken once the second moments are there: for studies that set methods side by side. */
export const work = (flops: number) => Effect.as(Metric.record("flops", flops), { flops })
