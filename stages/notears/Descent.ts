/** Searches that lower the score of an order round by round. */
import type { Move } from "./Move.ts"
import type { ScoredOrder } from "./ScoredOrder.ts"

/** What a round looked at, and what it did. */
export interface Round {
  readonly set: "small" | "large" | "neighbours" | "insertions" | "windows"
  /** Moves whose score was found; windows that were solved. */
  readonly candidates: number
  /** Regressions of one node that finding these scores one by one would have taken: for each move, the nodes of its interval. */
  readonly regressions: number
  /** Moves that were made. */
  readonly moves: number
}

export type Phase = ReadonlyArray<number>

/** A search in which no round makes the score of its order higher. */
export interface Descent {
  /** There is nothing more to be tried. */
  readonly isDone: boolean
  readonly advance: () => Round
  /** How far it is, beside the order itself: one that is made with these numbers goes on from there. */
  readonly phase: () => Phase
}

/** A change smaller than this share of the score is rounding. */
const ROUND_OFF = 1e-12

/** The smallest fall of the score that counts. */
export const leastFall = ({ score }: ScoredOrder): number => ROUND_OFF * Math.abs(score)

/** Of all rounds. */
export const allRegressions = (rounds: ReadonlyArray<Round>): number =>
  rounds.reduce((sum, { regressions }) => sum + regressions, 0)

/** Of moves one by one, each with all regressions in its interval. */
export const regressionsOf = (moves: ReadonlyArray<Move>): number =>
  moves.reduce((sum, { first, last }) => sum + last - first + 1, 0)
