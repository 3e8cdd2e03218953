/** Iterated local search: descents from orders near the best one, and from others. */
import type { RandomSource } from "../math/random/RandomSource.ts"
import { type Descent, leastFall, type Phase, type Round } from "./Descent.ts"
import { MOVE_KINDS, type Move } from "./Move.ts"
import { type Order, randomOrder } from "./Order.ts"
import type { ScoredOrder, Snapshot } from "./ScoredOrder.ts"

export interface SearchSettings {
  /** Descents from kicked orders, after the first. */
  readonly kicks: number
  /** Random moves of a kick. */
  readonly strength: number
  /** How often to begin anew with a random order, with as many kicks. */
  readonly restarts: number
}

/** Of a search that is one descent. */
export const ONE_DESCENT: SearchSettings = { kicks: 0, strength: 0, restarts: 0 }

/** A round, and the descent that it is part of. */
export interface SearchRound extends Round {
  readonly start: number
  readonly kick: number
}

/** A local minimum. */
interface Place {
  readonly score: number
  readonly snapshot: Snapshot
}

/** All that the next round depends on, beside the data and the settings. */
export interface SearchState {
  readonly isDone: boolean
  readonly start: number
  readonly kick: number
  readonly now: Snapshot
  readonly phase: Phase
  /** The lowest of this start, from which kicks go. */
  readonly home: Place | undefined
  /** The lowest of all. */
  readonly best: { readonly score: number; readonly order: Order } | undefined
  /** Of the score, so far. */
  readonly flops: number
}

export interface SearchParts {
  readonly state: ScoredOrder
  /** Makes the descent from the state as it is, or one that is at some phase there. */
  readonly begin: (phase?: Phase) => Descent
  readonly settings: SearchSettings
  /** Random numbers for a kick; those of kick 0 are for the start. */
  readonly random: (start: number, kick: number) => RandomSource
}

/**
 * Each descent ends in a local minimum. One that is no higher than the best of its start takes its place; the next begins there, after some random
 * moves. Source: Lourenço, Martin and Stützle, Iterated Local Search, in Handbook of Metaheuristics (2003).
 */
export class IteratedSearch {
  isDone = false
  private readonly parts: SearchParts
  private descent: Descent
  private start = 0
  private kick = 0
  private home: SearchState["home"]
  private best: SearchState["best"]

  /** Begins with the order as it is, or goes on `from` where another search of the same parts was. */
  constructor(parts: SearchParts, from?: SearchState) {
    this.parts = parts
    if (from !== undefined) {
      parts.state.restore(from.now)
      parts.state.flops = from.flops
      this.isDone = from.isDone
      this.start = from.start
      this.kick = from.kick
      this.home = from.home
      this.best = from.best
    }
    this.descent = parts.begin(from?.phase)
  }

  /** Makes a round. */
  advance(): SearchRound {
    const { kick, start } = this
    const round = this.descent.advance()
    if (this.descent.isDone) this.next()
    return { ...round, kick, start }
  }

  /** The share of the descents that are over. */
  get share(): number {
    const { kicks, restarts } = this.parts.settings
    return this.isDone ? 1 : (this.start * (kicks + 1) + this.kick) / ((restarts + 1) * (kicks + 1))
  }

  progress(): SearchState {
    const { descent, isDone, start, kick, home, best, parts } = this
    return {
      isDone,
      start,
      kick,
      now: parts.state.keep(),
      phase: descent.phase(),
      home,
      best,
      flops: parts.state.flops
    }
  }

  /** Goes to the best order that was found, computed anew: no move has touched the result. */
  finish(): void {
    const { best, parts } = this
    parts.state.reset(best !== undefined && best.score < parts.state.score ? best.order : parts.state.order)
  }

  private next(): void {
    const { random, settings, state, begin } = this.parts
    this.compare()
    if (this.kick < settings.kicks) {
      this.kick++
      this.shake(random(this.start, this.kick))
    } else if (this.start < settings.restarts) {
      this.start++
      this.kick = 0
      this.home = undefined
      state.reset(randomOrder(random(this.start, 0), state.order.length))
    } else {
      this.isDone = true
      return
    }
    this.descent = begin()
  }

  /** Keeps the local minimum, or goes back to the one before. */
  private compare(): void {
    const { state } = this.parts
    const { score } = state
    if (this.home !== undefined && score > this.home.score + leastFall(state)) {
      state.restore(this.home.snapshot)
      return
    }
    this.home = { score, snapshot: state.keep() }
    if (this.best === undefined || score < this.best.score) this.best = { score, order: state.order.slice() }
  }

  private shake(random: RandomSource): void {
    const { settings, state } = this.parts
    const d = state.order.length
    if (d < 2) return
    for (let done = 0; done < settings.strength; done++) state.apply([randomMove(random, d)])
  }
}

/** Any kind of move, any two positions. */
const randomMove = (random: RandomSource, d: number): Move => {
  const [kind = 0, one = 0, other = 0] = random.uniforms(3)
  const a = Math.floor(one * d)
  const b = (a + 1 + Math.floor(other * (d - 1))) % d
  return { kind: MOVE_KINDS[Math.floor(kind * MOVE_KINDS.length)]!, first: Math.min(a, b), last: Math.max(a, b) }
}
