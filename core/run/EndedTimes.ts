/** Processor time of processes that have ended: Linux adds it up for whoever started them, all together. */
import { readProcess, statFields, TICK } from "./process-usage.ts"

interface Ended {
  readonly wallMillis: number
  readonly give: (cpuMillis: number) => void
}

/**
 * Tells how much of the sum each process has added.
 *
 * Those that end in one turn of the event loop have added to it together: they get parts as long as they have lived, so that the
 * sum is right. All that the process has started must be told of, or it counts for others.
 */
export class EndedTimes {
  private readonly sum: () => number | undefined
  private readonly atEndOfTurn: (run: () => void) => void
  private before: number | undefined
  private ended: Array<Ended> = []

  /** `sum` gives milliseconds, nothing where nobody counts them. */
  constructor(sum = childMillis, atEndOfTurn: (run: () => void) => void = setImmediate) {
    this.sum = sum
    this.atEndOfTurn = atEndOfTurn
    this.before = sum()
  }

  /** A process has ended after so many milliseconds; `give` is told of its processor time soon, 0 when it is unknown. */
  add(wallMillis: number, give: Ended["give"]): void {
    this.ended.push({ wallMillis: Math.max(1, wallMillis), give })
    if (this.ended.length === 1) this.atEndOfTurn(() => this.share())
  }

  private share(): void {
    const ended = this.ended.splice(0)
    const now = this.sum()
    const added = Math.max(0, (now ?? 0) - (this.before ?? 0))
    this.before = now
    const wall = ended.reduce((sum, { wallMillis }) => sum + wallMillis, 0)
    for (const { wallMillis, give } of ended) give((added * wallMillis) / wall)
  }
}

/** Time in user and system mode of children that have ended, and of theirs. */
const childMillis = (): number | undefined => {
  const fields = statFields(readProcess("self", "stat"))
  return fields.length < 15 ? undefined : (Number(fields[13]) + Number(fields[14])) * TICK
}
