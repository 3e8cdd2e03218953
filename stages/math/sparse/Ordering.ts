/** Fill-reducing orders of elimination. */
import { eliminationTree, postorder } from "./EliminationTree.ts"
import type { Graph } from "./Graph.ts"
import { minimumDegree } from "./MinimumDegree.ts"
import { reverseCuthillMcKee } from "./ReverseCuthillMcKee.ts"
import { checkPermutation, inverse } from "./Selection.ts"
import { cumulative } from "./SparseMatrix.ts"

/** By a method, as the unknowns stand, or given: order[k] is the unknown that is eliminated k-th. */
export type Ordering = "minimum-degree" | "reverse-cuthill-mckee" | "natural" | Int32Array

/**
 * The order of a graph, followed up by one that makes no other entries and keeps each subtree of the elimination tree in one piece: what
 * is computed together then lies together.
 *
 * Throws `RangeError` when a given order is none.
 */
export const orderGraph = (graph: Graph, ordering: Ordering): Int32Array => {
  const order = firstOrder(graph, ordering)
  return postorder(eliminationTree(permuted(graph, order))).map((k) => order[k]!)
}

const firstOrder = (graph: Graph, ordering: Ordering): Int32Array => {
  const n = graph.starts.length - 1
  if (ordering === "natural") return Int32Array.from({ length: n }, (_, i) => i)
  if (ordering === "minimum-degree") return minimumDegree(graph)
  if (ordering === "reverse-cuthill-mckee") return reverseCuthillMcKee(graph)
  checkPermutation(ordering, n)
  return ordering
}

const permuted = ({ starts, neighbours }: Graph, order: Int32Array) => {
  const place = inverse(order)
  const newStarts = cumulative(order.map((i) => starts[i + 1]! - starts[i]!))
  const indices = new Int32Array(neighbours.length)
  for (let k = 0, to = 0; k < order.length; k++) {
    for (let p = starts[order[k]!]!; p < starts[order[k]! + 1]!; p++) indices[to++] = place[neighbours[p]!]!
  }
  return { starts: newStarts, indices }
}
