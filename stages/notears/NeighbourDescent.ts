/** Hill climbing over neighbours in the order. */
import { type Descent, leastFall, type Phase, type Round, regressionsOf } from "./Descent.ts"
import { disjointMoves, type Move } from "./Move.ts"
import type { ScoredOrder } from "./ScoredOrder.ts"

/** Each round makes all exchanges of two neighbours that help and do not overlap, the best first. */
export class NeighbourDescent implements Descent {
  isDone: boolean
  private readonly state: ScoredOrder
  private readonly neighbours: ReadonlyArray<Move>

  constructor(state: ScoredOrder, [isDone]: Phase = []) {
    this.state = state
    this.isDone = isDone === 1
    this.neighbours = Array.from({ length: state.order.length - 1 }, (_, first) => ({
      kind: "swap",
      first,
      last: first + 1
    }))
  }

  phase(): Phase {
    return [this.isDone ? 1 : 0]
  }

  advance(): Round {
    const { neighbours, state } = this
    const moves = disjointMoves(neighbours, state.changes(neighbours), state.order.length, leastFall(state))
    state.apply(moves)
    this.isDone = moves.length === 0
    return {
      set: "neighbours",
      candidates: neighbours.length,
      regressions: regressionsOf(neighbours),
      moves: moves.length
    }
  }
}
