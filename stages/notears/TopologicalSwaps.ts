/** The algorithm of the paper: moves between nodes that little leads from one to the other, as long as they lower the score. */
import { type CandidateSets, candidateSets, type SetSizes, walkWeights } from "./candidates.ts"
import { type Descent, leastFall, type Phase, type Round, regressionsOf } from "./Descent.ts"
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
  /** The small set of the order as it is was tried in vain. */
  private isStuck: boolean
  private sets: CandidateSets | undefined

  constructor(state: ScoredOrder, settings: SwapSettings, phase?: Phase) {
    this.state = state
    this.settings = settings
    const [isDone = 0, isStuck = 0, largeSearches = settings.largeSearches] = phase ?? []
    this.isDone = isDone === 1
    this.isStuck = isStuck === 1
    this.largeSearches = largeSearches
  }

  phase(): Phase {
    return [this.isDone ? 1 : 0, this.isStuck ? 1 : 0, this.largeSearches]
  }

  advance(): Round {
    this.sets ??= this.candidates()
    return this.isStuck ? this.tryLarge(this.sets) : this.trySmall(this.sets)
  }

  private candidates(): CandidateSets {
    const { order } = this.state
    return candidateSets(
      walkWeights(this.state.weights(), order),
      order.length,
      this.settings.kind,
      this.settings.sizes
    )
  }

  private trySmall({ small }: CandidateSets): Round {
    const round = this.tryMoves("small", small)
    this.isStuck = round.moves === 0
    if (this.isStuck) this.isDone = this.largeSearches === 0
    else this.sets = undefined
    return round
  }

  private tryLarge({ large }: CandidateSets): Round {
    const round = this.tryMoves("large", large)
    this.sets = undefined
    this.isStuck = false
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
