/** The log of an attempt, bounded: what prints without end prints for no reader. */
import type { LogLine } from "./Executor.ts"

/** Lines that are passed on while it runs. */
const MOST_AT_ONCE = 1000

/** Last lines that are kept however many there are. */
const TAIL = 20

/** Lines that a log has, with the one that says how many are left out. */
export const MOST_LINES = MOST_AT_ONCE + 1 + TAIL

/** Characters of a line, before the mark of one that was cut. */
export const LONGEST_LINE = 4096

export class BoundedLog {
  private readonly onLine: (line: LogLine) => void
  private readonly kept: Array<LogLine> = []
  private readonly latest: Array<LogLine> = []
  private dropped = 0

  /** `onLine` is called with each line that is kept. */
  constructor(onLine: (line: LogLine) => void) {
    this.onLine = onLine
  }

  /** Enters a line. */
  write({ level, message }: LogLine): void {
    const line = { level, message: message.length > LONGEST_LINE ? `${message.slice(0, LONGEST_LINE)}…` : message }
    this.latest.push(line)
    if (this.latest.length > TAIL) this.latest.shift()
    if (this.kept.length < MOST_AT_ONCE) this.pass(line)
    else this.dropped++
  }

  /** Says how much was left out, and the last lines. */
  end(): void {
    if (this.dropped === 0) return
    this.pass({ level: "info", message: `… ${this.dropped} more lines; the last of them:` })
    for (const line of this.latest.slice(-Math.min(TAIL, this.dropped))) this.pass(line)
    this.dropped = 0
  }

  /** Lines for the record of the task. */
  get lines(): ReadonlyArray<LogLine> {
    return this.kept
  }

  /** The last lines. */
  get tail(): ReadonlyArray<string> {
    return this.latest.map(({ message }) => message)
  }

  private pass(line: LogLine): void {
    this.kept.push(line)
    this.onLine(line)
  }
}
