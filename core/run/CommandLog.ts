/** What a command prints, as log lines: bounded, without secrets, with its reports of progress taken out. */
import type { ProgressReport } from "../stage/Progress.ts"
import { BoundedLog } from "./BoundedLog.ts"
import type { AttemptWatch, LogLine } from "./Executor.ts"
import type { Redaction } from "./Redaction.ts"

/** Characters that may wait for the end of their line. */
const LONGEST_WAIT = 65_536

/** `athanor: progress 3/10 epochs` */
const PROGRESS = /^athanor: progress (?<done>\d+(?:\.\d+)?)\/(?<total>\d+(?:\.\d+)?)(?: (?<unit>\S.*))?$/u

export class CommandLog {
  private readonly watch: AttemptWatch
  private readonly redaction: Redaction
  private readonly log: BoundedLog
  private waiting = ""

  constructor(watch: AttemptWatch, redaction: Redaction) {
    this.watch = watch
    this.redaction = redaction
    this.log = new BoundedLog((line) => watch.onLog(line))
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
    this.log.end()
  }

  private flush(): void {
    const { waiting } = this
    this.waiting = ""
    if (waiting !== "") this.line(waiting)
  }

  /** Lines for the record of the task. */
  get lines(): ReadonlyArray<LogLine> {
    return this.log.lines
  }

  /** The last lines. */
  get tail(): ReadonlyArray<string> {
    return this.log.tail
  }

  private line(written: string): void {
    const text = afterReturn(written)
    const report = progressOf(text)
    if (report !== undefined) {
      this.watch.onProgress(report)
      return
    }
    this.log.write({ level: "info", message: this.redaction.text(text) })
  }
}

/** What a terminal would show of a line that writes over itself, as bars of progress do. */
const afterReturn = (line: string): string => line.slice(line.lastIndexOf("\r", line.length - 2) + 1)

const progressOf = (text: string): ProgressReport | undefined => {
  const { done, total, unit = "steps" } = PROGRESS.exec(text)?.groups ?? {}
  return done === undefined || total === undefined ? undefined : { done: Number(done), total: Number(total), unit }
}
