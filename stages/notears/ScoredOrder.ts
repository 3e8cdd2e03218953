/** An order with its score: what a search over orders works on. */
import type { Move } from "./Move.ts"
import type { Order } from "./Order.ts"

/**
 * The score of an order is the least that a score of weights can be where edges go forward in the order only. It is a sum over the
 * nodes, and the term of a node depends on the set of nodes before it alone; so a move changes the terms of its interval.
 */
export interface ScoredOrder {
  /** The state itself: to be copied where it is kept. */
  readonly order: Order
  readonly score: number
  /** For each move the score after it alone, less the score now. */
  readonly changes: (moves: ReadonlyArray<Move>) => Float64Array
  /** Makes moves whose intervals share no position. */
  readonly apply: (moves: ReadonlyArray<Move>) => void
  /** Moves of one node, with their changes; among them one that lowers the score, if any move of one node does. */
  readonly insertions: () => ScoredMoves
  /** Goes to another order. */
  readonly reset: (order: Order) => void
  /** The state as it is now. */
  readonly keep: () => Snapshot
  /** Goes back to a state of the same score and data: what follows has the bits that it would have had then. */
  readonly restore: (snapshot: Snapshot) => void
  /** The weights that have this score, d × d, by nodes. */
  readonly weights: () => Float64Array
  /** Multiplications and additions so far, about: a search that goes on from an earlier one sets it. */
  flops: number
}

/** Numbers by name, `order` among them. */
export interface Snapshot {
  readonly [name: string]: Float64Array
}

/** Moves, and for each the score after it alone, less the score now. */
export interface ScoredMoves {
  readonly moves: ReadonlyArray<Move>
  readonly changes: Float64Array
}
