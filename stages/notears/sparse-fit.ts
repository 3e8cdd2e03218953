/** Regression of a node on some of those before it, as a score of orders: each edge has its price. */
import { log } from "../math/special/Elementary.ts"
import type { Covariance } from "./Covariance.ts"
import type { FitNode } from "./NodewiseOrder.ts"

/**
 * What a residual variance costs: half of it, or half its logarithm, which is the profile likelihood of a Gaussian node with a variance of its own.
 *
 * Without a price of edges the latter tells no order from another: Σ log rₖₖ² is log det S in each.
 */
const COSTS = {
  squares: (variance: number) => variance / 2,
  likelihood: (variance: number) => log(variance) / 2
} as const

export type SparseCost = keyof typeof COSTS

/**
 * min over sets P of the nodes before: cost(variance of the node given P) + price · |P|.
 *
 * Edges are added and removed one at a time, always the one that lowers the sum most, from none and from all: the better end is taken, in which no
 * edge more or less is better. Moments must have passed `checkMoments`: pivots are taken from them. Each step pivots the moments of node and
 * predecessors once. Source: Beale, Kendall and Mann, Biometrika 54 (1967); Goodnight, The American Statistician 33 (1979), for the pivots. Cost: 3 k² flops a step for k nodes before, up to some 2 k steps.
 */
export const sparseFit =
  ({ data, d }: Covariance, cost: SparseCost, price: number): FitNode =>
  (node, before) => {
    const ends = [false, true].map((isFull) => {
      const selection = new Selection(data, d, node, before, COSTS[cost], price)
      if (isFull) selection.takeAll()
      while (selection.step()) {}
      return selection
    })
    const [fromNone, fromAll] = ends as [Selection, Selection]
    const best = fromAll.score < fromNone.score ? fromAll : fromNone
    return { score: best.score, weights: best.weights(), flops: fromNone.flops + fromAll.flops }
  }

/** A set of predecessors, with the moments of all pivoted on it; the node itself comes last. */
class Selection {
  flops = 0
  score: number
  private readonly a: Float64Array
  private readonly size: number
  private readonly isTaken: Uint8Array
  private readonly cost: (variance: number) => number
  private readonly price: number
  private taken = 0

  constructor(
    moments: Float64Array,
    d: number,
    node: number,
    before: Int32Array,
    cost: (variance: number) => number,
    price: number
  ) {
    const nodes = [...before, node]
    this.size = nodes.length
    this.a = Float64Array.from({ length: this.size * this.size }, (_, at) => {
      return moments[nodes[Math.floor(at / this.size)]! * d + nodes[at % this.size]!]!
    })
    this.isTaken = new Uint8Array(before.length)
    this.cost = cost
    this.price = price
    this.score = cost(this.a[this.a.length - 1]!)
  }

  takeAll(): void {
    for (let p = 0; p < this.isTaken.length; p++) this.toggle(p)
  }

  /** Takes or leaves the predecessor that lowers the score most; says whether there is one. */
  step(): boolean {
    const { a, isTaken, size } = this
    const last = size - 1
    const own = a[last * size + last]!
    let [best, lowest] = [-1, this.score - 1e-12 * Math.abs(this.score)]
    for (let p = 0; p < last; p++) {
      // Of one that is taken the pivot has turned a sign, so that this is the larger variance without it.
      const variance = own - (a[last * size + p]! * a[p * size + last]!) / a[p * size + p]!
      const score = this.cost(variance) + this.price * (this.taken + (isTaken[p] === 1 ? -1 : 1))
      if (score < lowest) [best, lowest] = [p, score]
    }
    if (best < 0) return false
    this.toggle(best)
    return true
  }

  /** Of the edges from the nodes before, 0 where one is not taken. */
  weights(): Float64Array {
    const { a, isTaken, size } = this
    return Float64Array.from(isTaken, (taken, p) => (taken === 1 ? -a[(size - 1) * size + p]! : 0))
  }

  /** Pivots on a predecessor; twice is as if never. */
  private toggle(p: number): void {
    const { a, isTaken, size } = this
    const pivot = a[p * size + p]!
    for (let i = 0; i < size; i++) {
      if (i === p) continue
      const share = a[i * size + p]! / pivot
      for (let j = 0; j < size; j++) if (j !== p) a[i * size + j]! -= share * a[p * size + j]!
      a[i * size + p] = -share
    }
    for (let j = 0; j < size; j++) a[p * size + j]! /= pivot
    a[p * size + p] = 1 / pivot
    isTaken[p] = 1 - isTaken[p]!
    this.taken += isTaken[p] === 1 ? 1 : -1
    this.flops += 3 * size * size
    this.score = this.cost(a[size * size - 1]!) + this.price * this.taken
  }
}
