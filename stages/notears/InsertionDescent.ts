/** Descent in the neighbourhood of all insertions: one node goes anywhere else. */
import { type Descent, leastFall, type Phase, type Round } from "./Descent.ts"
import { disjointMoves } from "./Move.ts"
import type { ScoredOrder } from "./ScoredOrder.ts"

/** Each round makes the best insertions that do not overlap. At the end no insertion lowers the score, so no exchange of neighbours does. */
export class InsertionDescent implements Descent {
  isDone = false
  private readonly state: ScoredOrder
  /** Regressions that all insertions would take, one by one. */
  private readonly regressions: number

  constructor(state: ScoredOrder, [isDone]: Phase = []) {
    this.state = state
    this.isDone = isDone === 1
    const d = state.order.length
    const distances = Array.from({ length: d - 1 }, (_, at) => at + 1)
    this.regressions = 2 * distances.reduce((sum, distance) => sum + (d - distance) * (distance + 1), 0)
  }

  phase(): Phase {
    return [this.isDone ? 1 : 0]
  }

  advance(): Round {
    const { state, regressions } = this
    const d = state.order.length
    const { moves, changes } = state.insertions()
    const chosen = disjointMoves(moves, changes, d, leastFall(state))
    state.apply(chosen)
    this.isDone = chosen.length === 0
    return { set: "insertions", candidates: d * (d - 1), regressions, moves: chosen.length }
  }
}
