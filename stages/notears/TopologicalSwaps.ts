/** The algorithm of the paper: moves between nodes that little leads from one to the other, as long as they lower the score. */
import { type CandidateSets, candidateSets, type SetSizes, walkWeights } from "./candidates.ts"
import { type Descent, leastFall, type Round, regressionsOf } from "./Descent.ts"
import { disjointMoves, type Move, type MoveKind } from "./Move.ts"
import type { ScoredOrder } from "./ScoredOrder.ts"

export interface SwapSettings {
  readonly kind: MoveKind
  readonly sizes: SetSizes
  /** How often the large set may be used with success. */
  readonly largeSearches: number
  /** Whether to make all improving moves that do not overlap, the best first, or the first one that is found. */
  readonly choice: "disjoint" | "first"
}

/**
 * Rounds of Deng et al. 2023: the small set of candidates, and where none of it lowers the score the rest of the large set, so often
 * as it may be used. Where no edge is left out by rounding, the end is an order in which no candidate is better.
 */
export class TopologicalSwaps implements Descent {
  isDone = false
  private readonly state: ScoredOrder
  private readonly settings: SwapSettings
  private largeSearches: number
  /** Of the order as it is, once the small set was tried in vain. */
  private sets: CandidateSets | undefined

  constructor(state: ScoredOrder, settings: SwapSettings) {
    this.state = state
    this.settings = settings
    this.largeSearches = settings.largeSearches
  }

  advance(): Round {
    return this.sets === undefined ? this.trySmall() : this.tryLarge(this.sets)
  }

  private trySmall(): Round {
    const { state } = this
    const { kind, sizes } = this.settings
    const sets = candidateSets(walkWeights(state.weights(), state.order), state.order.length, kind, sizes)
    const round = this.tryMoves("small", sets.small)
    if (round.moves === 0) {
      this.sets = sets
      this.isDone = this.largeSearches === 0
    }
    return round
  }

  private tryLarge({ large }: CandidateSets): Round {
    const round = this.tryMoves("large", large)
    this.sets = undefined
    this.largeSearches--
    this.isDone = round.moves === 0
    return round
  }

  private tryMoves(set: Round["set"], moves: ReadonlyArray<Move>): Round {
    return this.settings.choice === "first" ? this.tryInTurn(set, moves) : this.tryTogether(set, moves)
  }

  private tryTogether(set: Round["set"], moves: ReadonlyArray<Move>): Round {
    const { state } = this
    const chosen = disjointMoves(moves, state.changes(moves), state.order.length, leastFall(state))
    state.apply(chosen)
    return { set, candidates: moves.length, regressions: regressionsOf(moves), moves: chosen.length }
  }

  private tryInTurn(set: Round["set"], moves: ReadonlyArray<Move>): Round {
    const least = leastFall(this.state)
    const found = moves.findIndex((move) => this.state.changes([move])[0]! < -least)
    const tried = found < 0 ? moves : moves.slice(0, found + 1)
    this.state.apply(moves.slice(found, found < 0 ? found : found + 1))
    return { set, candidates: tried.length, regressions: regressionsOf(tried), moves: found < 0 ? 0 : 1 }
  }
}
