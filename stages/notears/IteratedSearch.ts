/** Iterated local search: descents from orders near the best one, and from others. */
import type { RandomSource } from "../math/random/RandomSource.ts"
import { type Descent, leastFall, type Round } from "./Descent.ts"
import { MOVE_KINDS, type Move } from "./Move.ts"
import { randomOrder } from "./Order.ts"
import type { ScoredOrder } from "./ScoredOrder.ts"

export interface SearchSettings {
  /** Descents from kicked orders, after the first. */
  readonly kicks: number
  /** Random moves of a kick. */
  readonly strength: number
  /** How often to begin anew with a random order, with as many kicks. */
  readonly restarts: number
}

/** A round, and the descent that it is part of. */
export interface SearchRound extends Round {
  readonly start: number
  readonly kick: number
}

/**
 * Each descent ends in a local minimum. One that is no higher than the best of its start takes its place; the next begins there, after some random
 * moves. Source: Lourenço, Martin and Stützle, Iterated Local Search, in Handbook of Metaheuristics (2003).
 */
export class IteratedSearch {
  isDone = false
  private readonly state: ScoredOrder
  private readonly random: RandomSource
  private readonly settings: SearchSettings
  private readonly begin: () => Descent
  private descent: Descent
  private start = 0
  private kick = 0
  /** Of this start, and of all. */
  private home: Place | undefined
  private best: Place | undefined

  /** `begin` makes the descent from the state as it is. */
  constructor(state: ScoredOrder, begin: () => Descent, settings: SearchSettings, random: RandomSource) {
    this.state = state
    this.begin = begin
    this.settings = settings
    this.random = random
    this.descent = begin()
  }

  /** Makes a round. */
  advance(): SearchRound {
    const { kick, start } = this
    const round = this.descent.advance()
    if (this.descent.isDone) this.next()
    return { ...round, kick, start }
  }

  /** Goes to the best order that was found, if the state is not there. */
  finish(): void {
    if (this.best !== undefined && this.best.score < this.state.score) this.best.back()
  }

  private next(): void {
    const { settings } = this
    this.compare()
    if (this.kick < settings.kicks) {
      this.kick++
      this.shake()
    } else if (this.start < settings.restarts) {
      this.start++
      this.kick = 0
      this.home = undefined
      this.state.reset(randomOrder(this.random, this.state.order.length))
    } else {
      this.isDone = true
      return
    }
    this.descent = this.begin()
  }

  /** Keeps the local minimum, or goes back to the one before. */
  private compare(): void {
    const { score } = this.state
    if (this.home !== undefined && score > this.home.score + leastFall(this.state)) {
      this.home.back()
      return
    }
    this.home = { score, back: this.state.keep() }
    if (this.best === undefined || score < this.best.score) this.best = this.home
  }

  private shake(): void {
    const d = this.state.order.length
    if (d < 2) return
    for (let done = 0; done < this.settings.strength; done++) this.state.apply([randomMove(this.random, d)])
  }
}

/** A local minimum, and the way back to it. */
interface Place {
  readonly score: number
  readonly back: () => void
}

/** Any kind of move, any two positions. */
const randomMove = (random: RandomSource, d: number): Move => {
  const [kind = 0, one = 0, other = 0] = random.uniforms(3)
  const a = Math.floor(one * d)
  const b = (a + 1 + Math.floor(other * (d - 1))) % d
  return { kind: MOVE_KINDS[Math.floor(kind * MOVE_KINDS.length)]!, first: Math.min(a, b), last: Math.max(a, b) }
}
