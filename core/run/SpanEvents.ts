/** The events of a span, of which there may be one for each step of a training: the first, the last, and so many between that they lie evenly. */
import type { KeptEvent } from "../record/KeptSpan.ts"
import { MOST_EVENTS } from "./span-limits.ts"

export class SpanEvents {
  private spread: Array<KeptEvent> = []
  /** Every so many are kept. */
  private stride = 1
  private seen = 0
  private last: KeptEvent | undefined

  add(event: KeptEvent): void {
    const number = this.seen++
    this.last = event
    if (number % this.stride !== 0) return
    // The last one has a place of its own.
    if (this.spread.length === MOST_EVENTS - 1) {
      this.spread = this.spread.filter((_, index) => index % 2 === 0)
      this.stride *= 2
      if (number % this.stride !== 0) return
    }
    this.spread.push(event)
  }

  get kept(): ReadonlyArray<KeptEvent> {
    const { last, spread } = this
    return last === undefined || spread.at(-1) === last ? spread : [...spread, last]
  }

  /** How many were left out. */
  get dropped(): number {
    return this.seen - this.kept.length
  }
}
