/** Directed graphs as weights: element i d + j is the weight of the edge i → j, 0 where there is none. */
import { Effect, Schema } from "effect"
import type { Order } from "./Order.ts"

/** A graph that should have no directed cycle has one. */
export class Cyclic extends Schema.TaggedError<Cyclic>()("Cyclic", {
  input: Schema.String,
  /** The nodes along it; the first follows the last. */
  cycle: Schema.Array(Schema.Int)
}) {
  override get message(): string {
    return `${this.input} is no acyclic graph: it has the cycle ${[...this.cycle, this.cycle[0]].join(" → ")}`
  }
}

/** An order in which every edge goes forward; of several nodes that may come next, the smallest. */
export const topologicalOrder = (input: string, weights: Float64Array, d: number): Effect.Effect<Order, Cyclic> => {
  const order = new Int32Array(d)
  const parents = new Int32Array(d)
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) if (weights[i * d + j] !== 0) parents[j]!++
  for (let at = 0; at < d; at++) {
    const next = parents.indexOf(0)
    if (next < 0) return Effect.fail(new Cyclic({ input, cycle: cycleOf(weights, d, parents) }))
    order[at] = next
    parents[next] = -1
    for (let j = 0; j < d; j++) if (weights[next * d + j] !== 0) parents[j]!--
  }
  return Effect.succeed(order)
}

/** A cycle among the nodes of which each has a parent among them: `left` is above 0 for these. */
const cycleOf = (weights: Float64Array, d: number, left: Int32Array): ReadonlyArray<number> => {
  const path: Array<number> = []
  let node = left.findIndex((parents) => parents > 0)
  while (!path.includes(node)) {
    path.unshift(node)
    const child = node
    node = left.findIndex((parents, parent) => parents > 0 && weights[parent * d + child] !== 0)
  }
  return path.slice(0, path.indexOf(node) + 1)
}

/**
 * Whether there is a directed path: element i d + j is 1 where one leads from i to j, and where i = j. `order` is one of the graph.
 *
 * Cost: d² for each node with children, 32 nodes at a time.
 */
export const reachability = (weights: Float64Array, d: number, order: Order): Uint8Array => {
  const words = Math.ceil(d / 32)
  const sets = new Int32Array(d * words)
  for (let at = d - 1; at >= 0; at--) {
    const i = order[at]!
    sets[i * words + (i >>> 5)]! |= 1 << (i & 31)
    for (let j = 0; j < d; j++) {
      if (weights[i * d + j] === 0) continue
      for (let word = 0; word < words; word++) sets[i * words + word]! |= sets[j * words + word]!
    }
  }
  return Uint8Array.from({ length: d * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d]
    return (sets[i * words + (j >>> 5)]! >>> (j & 31)) & 1
  })
}

/** The same graph without edges of less than this weight, and without loops. */
export const thresholded = (weights: Float64Array, d: number, least: number): Float64Array =>
  weights.map((weight, at) => (Math.abs(weight) >= least && at % (d + 1) !== 0 ? weight : 0))

/** How many edges there are. */
export const edgeCount = (weights: Float64Array): number =>
  weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
