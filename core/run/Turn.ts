/** Who may start next: the most urgent that fits, unless that would keep a more urgent task waiting. */
import { type Capacity, isWithin, type Need, type Opening } from "./Capacity.ts"

/** A task that would like to start. */
export interface Candidate {
  readonly need: Need
  /** Milliseconds that it is expected to take. */
  readonly duration: number
  /** What is kept for tasks that are more urgent than this one, and are about to be ready. */
  readonly reserved: ReadonlyArray<Need>
}

/**
 * One decision. Candidates are asked about in order of urgency, until one may start.
 *
 * A task for which there is no room yet keeps its place: from what is known of the tasks that run, one can say when there
 * will be room and what is left over beside it then. Less urgent tasks may go before it when they are expected to be
 * done by then, or fit into what is left over. So cores do not stand idle for it, and small tasks do not starve it: who
 * takes longer than expected is expected to end at any moment, and then nothing goes before it any more.
 *
 * This is conservative backfilling, with every waiting task's reservation made on its own: Mu'alem and Feitelson,
 * "Utilization, predictability, workloads, and user runtime estimates in scheduling the IBM SP2 with backfilling", 2001.
 */
export class Turn {
  private readonly capacity: Capacity
  private readonly now: number
  private readonly waiting: Array<Need> = []
  private readonly openings = new Map<Need, Opening>()

  constructor(capacity: Capacity, now: number) {
    this.capacity = capacity
    this.now = now
  }

  mayStart({ need, duration, reserved }: Candidate): boolean {
    if (!this.capacity.fits(need)) {
      this.waiting.push(need)
      return false
    }
    if (!this.capacity.fits(need, reserved)) return false
    return this.waiting.every((other) => !this.delays(need, duration, this.openingOf(other)))
  }

  private delays({ amounts }: Need, duration: number, { at, left }: Opening): boolean {
    return this.now + duration > at && !isWithin(amounts, left)
  }

  private openingOf(need: Need): Opening {
    const known = this.openings.get(need) ?? this.capacity.opening(need, this.now)
    this.openings.set(need, known)
    return known
  }
}
