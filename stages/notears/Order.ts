/** Orders of nodes: parents before children. */
import { Effect, Schema } from "effect"
import type { RandomSource } from "../math/random/RandomSource.ts"
import { withoutReplacement } from "../math/random/Selection.ts"

/** The nodes 0 … d − 1, each once, by position: an edge may go from a node to those that stand behind it. */
export type Order = Int32Array

/** A list that should be an order has a node twice, or one that there is not. */
export class NotAnOrder extends Schema.TaggedError<NotAnOrder>()("NotAnOrder", {
  input: Schema.String,
  position: Schema.Int,
  found: Schema.Number,
  nodes: Schema.Int
}) {
  override get message(): string {
    return `${this.input} has ${this.found} at position ${this.position}: it must have each of the nodes 0 to ${this.nodes - 1} once`
  }
}

/** An order from a list as long as there are nodes. */
export const asOrder = (input: string, nodes: ArrayLike<number>): Effect.Effect<Order, NotAnOrder> => {
  const d = nodes.length
  const seen = new Uint8Array(d)
  for (let position = 0; position < d; position++) {
    const found = nodes[position]!
    if (!(Number.isInteger(found) && found >= 0 && found < d) || seen[found] === 1) {
      return Effect.fail(new NotAnOrder({ input, position, found, nodes: d }))
    }
    seen[found] = 1
  }
  return Effect.succeed(Int32Array.from(nodes))
}

/** Where each node stands. */
export const positionsOf = (order: Order): Int32Array => {
  const positions = new Int32Array(order.length)
  for (let at = 0; at < order.length; at++) positions[order[at]!] = at
  return positions
}

/** All orders of d nodes are equally likely. */
export const randomOrder = (source: RandomSource, d: number): Order => withoutReplacement(source, d, d)

/** The nodes by rising value, equal ones by their numbers. */
export const orderBy = (values: ArrayLike<number>): Order =>
  Int32Array.from({ length: values.length }, (_, node) => node).sort((a, b) => values[a]! - values[b]! || a - b)
