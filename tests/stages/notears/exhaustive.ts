/** All orders of few nodes. */
import { LeastSquaresOrder } from "../../../stages/notears/LeastSquaresOrder.ts"
import type { Order } from "../../../stages/notears/Order.ts"

export const allOrders = (d: number): ReadonlyArray<Order> => {
  const extend = (taken: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
    taken.length === d
      ? [taken]
      : Array.from({ length: d }, (_, node) => node).flatMap((node) =>
          taken.includes(node) ? [] : extend([...taken, node])
        )
  return extend([]).map((order) => Int32Array.from(order))
}

/** The least score of all orders. */
export const leastScore = (root: Float64Array, d: number): number =>
  allOrders(d).reduce((least, order) => Math.min(least, new LeastSquaresOrder(root, order).score), Infinity)
