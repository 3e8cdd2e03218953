/**
 * Orders the unknowns so that entries come to lie near the diagonal.
 *
 * Source: A. George and J. W. H. Liu, Computer Solution of Large Sparse Positive Definite Systems, Prentice-Hall 1981, sections 4.3
 * and 4.4.
 */
import type { Graph } from "./Graph.ts"

/** order[k] is the unknown that becomes the k-th. Cost: linear, but for sorting neighbours by degree. */
export const reverseCuthillMcKee = (graph: Graph): Int32Array => {
  const n = graph.starts.length - 1
  const order = new Int32Array(n)
  const seen = new Uint8Array(n)
  let end = 0
  for (let vertex = 0; vertex < n; vertex++) {
    if (seen[vertex] === 1) continue
    const { levels } = levelsFrom(graph, distantVertex(graph, vertex))
    for (const found of levels) {
      seen[found] = 1
      order[end++] = found
    }
  }
  return order.reverse()
}

const degree = ({ starts }: Graph, vertex: number): number => starts[vertex + 1]! - starts[vertex]!

/** All vertices that can be reached, by distance, those of one parent by degree; and where the last level begins. */
const levelsFrom = (graph: Graph, root: number): { levels: ReadonlyArray<number>; last: number; depth: number } => {
  const levels = [root]
  const seen = new Set(levels)
  let [last, depth] = [0, 0]
  for (let end = 1, at = 0; at < levels.length; end = levels.length, depth++) {
    last = at
    for (; at < end; at++) {
      const vertex = levels[at]!
      const fresh = Array.from(graph.neighbours.subarray(graph.starts[vertex]!, graph.starts[vertex + 1]!)).filter(
        (neighbour) => !seen.has(neighbour)
      )
      fresh.sort((i, j) => degree(graph, i) - degree(graph, j) || i - j)
      for (const neighbour of fresh) {
        seen.add(neighbour)
        levels.push(neighbour)
      }
    }
  }
  return { levels, last, depth }
}

/** A vertex at an end of its component: from one to the slimmest of the farthest, as long as the distance grows. */
const distantVertex = (graph: Graph, from: number): number => {
  let vertex = from
  let found = levelsFrom(graph, vertex)
  for (;;) {
    const farthest = found.levels.slice(found.last)
    const next = farthest.reduce((best, other) => (degree(graph, other) < degree(graph, best) ? other : best))
    const other = levelsFrom(graph, next)
    if (other.depth <= found.depth) return vertex
    vertex = next
    found = other
  }
}
