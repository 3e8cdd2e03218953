/** Random directed acyclic graphs, as the papers of this field draw them. */
import { Schema } from "effect"
import type { Stream } from "../math/random/Philox.ts"
import { withoutReplacement } from "../math/random/Selection.ts"

export const GRAPH_KINDS = ["ER", "SF"] as const

/** More edges are asked for than pairs of nodes there are. */
export class TooManyEdges extends Schema.TaggedError<TooManyEdges>()("TooManyEdges", {
  nodes: Schema.Int,
  edges: Schema.Int
}) {
  override get message(): string {
    const most = (this.nodes * (this.nodes - 1)) / 2
    return `${this.nodes} nodes have ${most} pairs, ${this.edges} edges were asked for: take more nodes, or fewer edges for each`
  }
}

/** Parent and child of each edge. */
export type Edges = ReadonlyArray<readonly [parent: number, child: number]>

/**
 * ER: `count` of all pairs, equally likely, directed along a random order.
 *
 * Source: Zheng et al., DAGs with NO TEARS (2018), `simulate_dag`.
 */
export const erdosRenyi = (random: Stream, d: number, count: number): Edges => {
  const order = random.permutation(d)
  return Array.from(withoutReplacement(random, (d * (d - 1)) / 2, count), (pair) => {
    // Pairs (i, j) with j < i are counted row by row.
    const i = Math.floor((1 + Math.sqrt(1 + 8 * pair)) / 2)
    return [order[pair - (i * (i - 1)) / 2]!, order[i]!] as const
  })
}

/**
 * SF: each node has edges to `each` of those before it, or to all where there are no more; one is chosen as often as it has edges to it, and once
 * more. The numbers of nodes are then exchanged at random.
 *
 * Source: Barabási and Albert, Science 286 (1999), in the directed form of igraph (in-degree, attractiveness 1), which that code uses.
 */
export const scaleFree = (random: Stream, d: number, each: number): Edges => {
  const name = random.permutation(d)
  const chances = new Float64Array(d).fill(1)
  const edges: Array<readonly [number, number]> = []
  for (let node = 1; node < d; node++) {
    const left = chances.slice(0, node)
    const chosen = Array.from({ length: Math.min(each, node) }, () => {
      const target = drawn(left, random.uniforms(1)[0]!)
      left[target] = 0
      return target
    })
    for (const target of chosen) {
      chances[target]!++
      edges.push([name[node]!, name[target]!])
    }
  }
  return edges
}

/** An index, as likely as its part of the sum; `share` is uniform in (0, 1). */
const drawn = (chances: Float64Array, share: number): number => {
  let left = share * chances.reduce((sum, chance) => sum + chance, 0)
  let last = 0
  for (const [at, chance] of chances.entries()) {
    if (chance === 0) continue
    last = at
    left -= chance
    if (left < 0) break
  }
  return last
}
