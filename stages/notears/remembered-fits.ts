/** Fits that are asked for again and again: orders that differ in a few places have most sets of nodes in common. */
import type { FitNode, NodeFit } from "./NodewiseOrder.ts"

interface KnownFit extends NodeFit {
  readonly node: number
  readonly before: Int32Array
}

/** The same fits, each made once. Memory: some hundred bytes for each node and set of nodes before it. */
export class RememberedFits {
  private readonly known = new Map<string, KnownFit>()
  private readonly make: FitNode

  /** Knows the fits that `numbers` of another have. */
  constructor(make: FitNode, numbers: Float64Array = new Float64Array(0)) {
    this.make = make
    for (let at = 0; at < numbers.length; ) {
      const [node = 0, score = 0, size = 0] = numbers.subarray(at, at + HEAD)
      const [first, second, end] = [at + HEAD, at + HEAD + size, at + HEAD + 2 * size]
      this.keep({
        node,
        score,
        before: Int32Array.from(numbers.subarray(first, second)),
        weights: numbers.slice(second, end),
        // What is remembered takes no more work.
        flops: 0
      })
      at = end
    }
  }

  /** How many were made. */
  get count(): number {
    return this.known.size
  }

  readonly fit: FitNode = (node, before) => {
    const found = this.known.get(nameOf(node, before))
    if (found !== undefined) return found
    const made = this.make(node, before)
    this.keep({ node, before: before.slice(), score: made.score, weights: made.weights, flops: 0 })
    return made
  }

  /** All of them: of each its node, score, how many nodes are before it, which, and the weights of their edges. */
  numbers(): Float64Array {
    const fits = [...this.known.values()]
    const numbers = new Float64Array(fits.reduce((sum, { before }) => sum + HEAD + 2 * before.length, 0))
    let at = 0
    for (const { before, node, score, weights } of fits) {
      numbers.set([node, score, before.length], at)
      numbers.set(before, at + HEAD)
      numbers.set(weights, at + HEAD + before.length)
      at += HEAD + 2 * before.length
    }
    return numbers
  }

  private keep(fit: KnownFit): void {
    this.known.set(nameOf(fit.node, fit.before), fit)
  }
}

/** Numbers of a fit before those of each edge. */
const HEAD = 3

const nameOf = (node: number, before: Int32Array): string => `${node}:${before.join()}`
