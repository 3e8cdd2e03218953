/** What a command prints, as log lines: bounded, without secrets, with its reports of progress taken out. */
import type { ProgressReport } from "../stage/Progress.ts"
import type { AttemptWatch, LogLine } from "./Executor.ts"
import type { Redaction } from "./Redaction.ts"

/** Lines that are passed on while it runs; a program that prints more prints for no reader. */
const MOST_LINES = 1000

/** Last lines that are kept however many there are. */
const TAIL = 20

/** Characters of a line. */
const LONGEST_LINE = 4096

/** Characters that may wait for the end of their line. */
const LONGEST_WAIT = 65_536

/** `athanor: progress 3/10 epochs` */
const PROGRESS = /^athanor: progress (?<done>\d+(?:\.\d+)?)\/(?<total>\d+(?:\.\d+)?)(?: (?<unit>\S.*))?$/u

export class CommandLog {
  private readonly watch: AttemptWatch
  private readonly redaction: Redaction
  private readonly kept: Array<LogLine> = []
  private readonly latest: Array<string> = []
  private waiting = ""
  private dropped = 0

  constructor(watch: AttemptWatch, redaction: Redaction) {
    this.watch = watch
    this.redaction = redaction
  }

  /** Takes what was printed; `skipped` bytes before it are lost. */
  write(text: string, skipped = 0): void {
    if (skipped > 0) {
      this.flush()
      this.line(`… ${skipped} bytes were too many to be read`)
    }
    const lines = (this.waiting + text).split(/\r?\n/u)
    let rest = afterReturn(lines.pop() ?? "")
    for (const line of lines) this.line(line)
    if (rest.length > LONGEST_WAIT + this.redaction.reach) {
      // A secret may lie across the cut: what could be its start waits.
      const cut = rest.length - this.redaction.reach
      this.line(rest.slice(0, cut))
      rest = rest.slice(cut)
    }
    this.waiting = rest
  }

  /** Enters what had no end of line, and says how much was left out. */
  end(): void {
    this.flush()
    if (this.dropped === 0) return
    this.pass(`… ${this.dropped} more lines; the last of them:`)
    for (const message of this.latest.slice(-Math.min(TAIL, this.dropped))) this.pass(message)
    this.dropped = 0
  }

  private flush(): void {
    const { waiting } = this
    this.waiting = ""
    if (waiting !== "") this.line(waiting)
  }

  /** Lines for the record of the task. */
  get lines(): ReadonlyArray<LogLine> {
    return this.kept
  }

  /** The last lines. */
  get tail(): ReadonlyArray<string> {
    return this.latest
  }

  private line(written: string): void {
    const text = afterReturn(written)
    const report = progressOf(text)
    if (report !== undefined) {
      this.watch.onProgress(report)
      return
    }
    const clean = this.redaction.text(text)
    const message = clean.length > LONGEST_LINE ? `${clean.slice(0, LONGEST_LINE)}…` : clean
    this.latest.push(message)
    if (this.latest.length > TAIL) this.latest.shift()
    if (this.kept.length < MOST_LINES) this.pass(message)
    else this.dropped++
  }

  private pass(message: string): void {
    const line: LogLine = { level: "info", message }
    this.kept.push(line)
    this.watch.onLog(line)
  }
}

/** What a terminal would show of a line that writes over itself, as bars of progress do. */
const afterReturn = (line: string): string => line.slice(line.lastIndexOf("\r", line.length - 2) + 1)

const progressOf = (text: string): ProgressReport | undefined => {
  const { done, total, unit = "steps" } = PROGRESS.exec(text)?.groups ?? {}
  return done === undefined || total === undefined ? undefined : { done: Number(done), total: Number(total), unit }
}
