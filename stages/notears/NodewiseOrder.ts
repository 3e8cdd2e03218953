/** Orders under any score that is a sum over the nodes, by refitting each node of an interval. */
import { type Move, rearrange } from "./Move.ts"
import type { Order } from "./Order.ts"
import type { ScoredMoves, ScoredOrder, Snapshot } from "./ScoredOrder.ts"

/** The best that a node can do with the nodes before it. */
export interface NodeFit {
  /** Its term of the score. */
  readonly score: number
  /** Of the edges from the nodes before, in the order in which these were given; 0 for one that is left out. */
  readonly weights: Float64Array
  /** Multiplications and additions that finding it took, about. */
  readonly flops: number
}

/** Fits a node to those before it, which come by rising number, so that the fit depends on their set alone. */
export type FitNode = (node: number, before: Int32Array) => NodeFit

export class NodewiseOrder implements ScoredOrder {
  readonly order: Order
  flops = 0
  private readonly fit: FitNode
  /** By position. */
  private readonly fits: Array<NodeFit>

  constructor(fit: FitNode, order: Order) {
    this.fit = fit
    this.order = order.slice()
    this.fits = Array.from(order, (_, at) => this.fitAt(this.order, at))
  }

  get score(): number {
    return this.fits.reduce((sum, { score }) => sum + score, 0)
  }

  /** Cost: a fit for each node of each interval. */
  changes(moves: ReadonlyArray<Move>): Float64Array {
    return Float64Array.from(moves, (move) => {
      const moved = this.order.slice()
      rearrange(moved, move)
      let change = 0
      for (let at = move.first; at <= move.last; at++) change += this.fitAt(moved, at).score - this.fits[at]!.score
      return change
    })
  }

  apply(moves: ReadonlyArray<Move>): void {
    for (const move of moves) rearrange(this.order, move)
    for (const { first, last } of moves) this.refit(first, last)
  }

  /** All of them. Cost: d³ / 3 fits. */
  insertions(): ScoredMoves {
    const d = this.order.length
    const pairs = Array.from({ length: d * d }, (_, at) => ({ first: Math.floor(at / d), last: at % d }))
    const moves = (["before", "behind"] as const).flatMap((kind) =>
      pairs.flatMap(({ first, last }) => (first < last ? [{ kind, first, last }] : []))
    )
    return { moves, changes: this.changes(moves) }
  }

  reset(order: Order): void {
    this.order.set(order)
    this.refit(0, order.length - 1)
  }

  keep(): Snapshot {
    return { order: Float64Array.from(this.order) }
  }

  /** Cost: d fits. */
  restore({ order }: Snapshot): void {
    this.reset(Int32Array.from(order!))
  }

  weights(): Float64Array {
    const { order, fits } = this
    const d = order.length
    const weights = new Float64Array(d * d)
    for (const [at, fit] of fits.entries()) {
      for (const [k, parent] of before(order, at).entries()) weights[parent * d + order[at]!] = fit.weights[k]!
    }
    return weights
  }

  private refit(first: number, last: number): void {
    for (let at = first; at <= last; at++) this.fits[at] = this.fitAt(this.order, at)
  }

  private fitAt(order: Order, at: number): NodeFit {
    const fit = this.fit(order[at]!, before(order, at))
    this.flops += fit.flops
    return fit
  }
}

/** The nodes before a position, by rising number. */
const before = (order: Order, at: number): Int32Array => order.slice(0, at).sort()
