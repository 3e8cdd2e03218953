/** Fits that are asked for again and again: orders that differ in a few places have most sets of nodes in common. */
import type { FitNode, NodeFit } from "./NodewiseOrder.ts"

/** The same fits, each made once. Memory: some hundred bytes for each node and set of nodes before it. */
export const remembered = (fitNode: FitNode): FitNode => {
  const known = new Map<string, NodeFit>()
  return (node, before) => {
    const name = `${node}:${before.join()}`
    const found = known.get(name)
    // What is remembered takes no more work.
    if (found !== undefined) return { ...found, flops: 0 }
    const made = fitNode(node, before)
    known.set(name, made)
    return made
  }
}
