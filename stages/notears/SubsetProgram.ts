/** The best order of few nodes, by dynamic programming over sets of nodes. */
import type { Order } from "./Order.ts"

/** Of most nodes a table has 2^24 sets, 9 bytes each. */
export const MOST_NODES = 24

/** Multiplications and additions for d nodes, about. */
export const programFlops = (d: number): number => 10 * d * 2 ** d

/**
 * best(M), the least Σ rₖₖ² / 2 over all orders of the nodes in M, for all sets M: best(M) = min over j of best(M ∖ j) + var(j | M ∖ j) / 2.
 *
 * Sets are gone through as numbers, bit j for node j, by deciding the highest node first: no set comes before a part of it. On the way the
 * nodes that are taken are eliminated from the second moments, of which only what undecided nodes still need is kept; so all residual variances
 * cost some 2 d 2^d operations together. Source: Silander and Myllymäki, UAI 2006; the note on TOPO, "exact".
 */
export class SubsetProgram {
  readonly d: number
  private readonly best: Float64Array
  private readonly last: Uint8Array
  /** The moments that are left when a node was the last to be eliminated, and as they were given. */
  private readonly levels: ReadonlyArray<Float64Array>
  /** Nodes that are decided in one step of `advance`. */
  private readonly head: number

  /** Of at most 24 nodes. */
  constructor(d: number) {
    this.d = d
    this.best = new Float64Array(2 ** d)
    this.last = new Uint8Array(2 ** d)
    this.levels = Array.from({ length: d + 1 }, () => new Float64Array(d * d))
    this.head = Math.min(6, d)
  }

  /** Takes up second moments, d × d, whatever was solved before. */
  begin(moments: Float64Array): void {
    this.levels[this.d]!.set(moments)
    this.best.fill(Number.POSITIVE_INFINITY, 1)
  }

  /** All at once, for few nodes. */
  solve(moments: Float64Array): void {
    this.begin(moments)
    this.below(this.d, 0, this.levels[this.d]!)
  }

  /** How many calls of `advance` it takes, each of them once and in order. */
  get steps(): number {
    return 2 ** this.head
  }

  /** Goes through the sets whose highest nodes are given by the bits of `step`. */
  advance(step: number): void {
    const { d, head, levels } = this
    let [taken, moments] = [0, levels[d]!]
    for (let node = d - 1; node >= d - head; node--) {
      if ((step >>> (node - d + head)) % 2 === 0) continue
      moments = this.eliminated(node, taken, moments)
      taken |= 1 << node
    }
    this.below(d - head, taken, moments)
  }

  /** All sets that have `taken`, and any of the nodes below `undecided`; of the former the moments are free. */
  private below(undecided: number, taken: number, moments: Float64Array): void {
    if (undecided === 0) {
      this.extend(taken, moments)
      return
    }
    const node = undecided - 1
    this.below(node, taken, moments)
    this.below(node, taken | (1 << node), this.eliminated(node, taken, moments))
  }

  /** What a node leaves of the moments: of nodes below it all, of one above that is not taken its own variance. */
  private eliminated(node: number, taken: number, from: Float64Array): Float64Array {
    const { d } = this
    const to = this.levels[node]!
    const pivot = from[node * (d + 1)]!
    for (let i = 0; i < d; i++) {
      if (i === node || ((taken >>> i) & 1) === 1) continue
      const share = from[i * d + node]! / pivot
      for (let j = 0; j < node; j++) to[i * d + j] = from[i * d + j]! - share * from[node * d + j]!
      if (i > node) to[i * (d + 1)] = from[i * (d + 1)]! - share * from[i * d + node]!
    }
    return to
  }

  /** Offers the set with each further node what this one comes to. */
  private extend(set: number, moments: Float64Array): void {
    const { best, d, last } = this
    const score = best[set]!
    for (let j = 0; j < d; j++) {
      const bit = 1 << j
      if ((set & bit) !== 0) continue
      const offer = score + moments[j * (d + 1)]! / 2
      if (offer < best[set | bit]!) {
        best[set | bit] = offer
        last[set | bit] = j
      }
    }
  }

  /** After all steps. */
  get score(): number {
    return this.best[2 ** this.d - 1]!
  }

  /** After all steps: an order of that score. */
  order(): Order {
    const order = new Int32Array(this.d)
    for (let at = this.d - 1, set = 2 ** this.d - 1; at >= 0; at--) {
      const node = this.last[set]!
      order[at] = node
      set -= 2 ** node
    }
    return order
  }
}
