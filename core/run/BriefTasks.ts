/**
 * Which tasks are so brief that handing them over costs more than they do: several of them share a thread.
 *
 * What takes a millisecond is not worth a core of its own: eight such tasks are given out at once, and one core is busy.
 */

/** Milliseconds of work for which a thread of its own is worth the while. */
const WORTHWHILE = 10

/** Tasks of a stage type that must have been brief before others count as such. */
const PROOF = 4

/** The least that a task takes is this part of a core. */
const MOST = 64

interface Pace {
  readonly count: number
  /** Mean of the latest durations, in milliseconds. */
  readonly mean: number
}

export class BriefTasks {
  private readonly paces = new Map<string, Pace>()

  /** Notes how many milliseconds a task of a stage type took in its thread. */
  note(stageType: string, millis: number): void {
    const { count, mean } = this.paces.get(stageType) ?? { count: 0, mean: 0 }
    // Recent ones count more; one long task ends the briefness of its type until many were short again.
    const weight = Math.max(1 / (count + 1), 1 / MOST)
    this.paces.set(stageType, { count: count + 1, mean: mean + weight * (millis - mean) })
  }

  /** The part of a core that a task of a stage type takes. */
  shareOf(stageType: string): number {
    const pace = this.paces.get(stageType)
    if (pace === undefined || pace.count < PROOF) return 1
    const tasks = Math.min(MOST, Math.floor(WORTHWHILE / Math.max(pace.mean, 0.01)))
    // Few different shares: tasks that take the same are found together.
    return 1 / 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, tasks))))
  }
}
