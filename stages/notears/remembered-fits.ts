/** Fits that are asked for again and again: orders that differ in a few places have most sets of nodes in common. */
import type { FitNode, NodeFit } from "./NodewiseOrder.ts"

interface KnownFit extends NodeFit {
  readonly node: number
  readonly before: Int32Array
}

/** Numbers of all fits together, 32 MiB of them. */
const MOST = 2 ** 22

/** The same fits, each made once as long as they are not too many; then all are forgotten. */
export class RememberedFits {
  private readonly known = new Map<string, KnownFit>()
  private readonly make: FitNode
  private readonly most: number
  private held = 0
  private made = 0

  constructor(make: FitNode, most = MOST) {
    this.make = make
    this.most = most
  }

  /** Knows the fits that `numbers` of another had, and no others. */
  recall(numbers: Float64Array): void {
    this.forget()
    this.made = numbers[0]!
    for (let at = 1; at < numbers.length; ) {
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
    return this.made
  }

  readonly fit: FitNode = (node, before) => {
    const found = this.known.get(nameOf(node, before))
    if (found !== undefined) return found
    const made = this.make(node, before)
    this.made++
    this.keep({ node, before: before.slice(), score: made.score, weights: made.weights, flops: 0 })
    return made
  }

  /** How many were made, and all that are known: of each its node, score, how many nodes are before it, which, and the weights of their edges. */
  numbers(): Float64Array {
    const numbers = new Float64Array(1 + this.held)
    numbers[0] = this.made
    let at = 1
    for (const { before, node, score, weights } of this.known.values()) {
      numbers.set([node, score, before.length], at)
      numbers.set(before, at + HEAD)
      numbers.set(weights, at + HEAD + before.length)
      at += sizeOf(before)
    }
    return numbers
  }

  private keep(fit: KnownFit): void {
    const size = sizeOf(fit.before)
    if (this.held + size > this.most) this.forget()
    this.held += size
    this.known.set(nameOf(fit.node, fit.before), fit)
  }

  private forget(): void {
    this.known.clear()
    this.held = 0
  }
}

/** Numbers of a fit before those of each edge. */
const HEAD = 3

const sizeOf = (before: Int32Array): number => HEAD + 2 * before.length

const nameOf = (node: number, before: Int32Array): string => `${node}:${before.join()}`
