/** A file that grows by checksummed lines, written by one process: whatever it dies of, what was written is whole lines and at most one torn one. */
import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from "node:fs"
import { encodeLine } from "./checked-lines.ts"
import { mustSync } from "./durability.ts"
import { SharedSync } from "./SharedSync.ts"

/** Milliseconds after which lines that nobody waits for are written. */
const DELAY = 100

/** Called when something has come so far. */
export interface LogSteps {
  readonly written?: () => void
  readonly durable?: () => void
}

export class CheckedLog {
  private readonly descriptor: number
  private readonly steps: LogSteps
  private pending: Array<string> = []
  private unwritten: Buffer = Buffer.alloc(0)
  private timer: NodeJS.Timeout | undefined
  private turn: NodeJS.Immediate | undefined
  /** Writes and syncs what is pending. */
  private readonly sync = new SharedSync(() => this.writeAndSync())

  /** Makes the file, which must not be there. Throws what the disk throws. */
  constructor(file: string, steps: LogSteps = {}) {
    this.descriptor = openSync(file, "ax")
    this.steps = steps
  }

  /** Appends a line; it is durable when this is done. Lines of the same instant share one sync. */
  append(entry: object): Promise<void> {
    this.appendLater(entry)
    return this.sync.ask()
  }

  /** Appends a line at once, without waiting for the disk: it outlives this process, not yet the machine. */
  appendNow(entry: object): void {
    this.appendLater(entry)
    this.tryToWrite()
  }

  /** The same before any immediate that is set after this: lines of one turn of the loop share one write. */
  appendThisTurn(entry: object): void {
    this.appendLater(entry)
    this.turn ??= setImmediate(() => {
      this.turn = undefined
      this.tryToWrite()
    })
  }

  /** Appends a line soon; it is durable when a later `append` is done, or the log is closed. */
  appendLater(entry: object): void {
    this.pending.push(encodeLine(entry))
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      // A full disk is reported by the next line that somebody waits for.
      void this.sync.ask().catch(() => undefined)
    }, DELAY).unref()
  }

  /** Does not throw: what somebody has waited for is durable, and only what nobody has may be lost on a full disk. */
  close(): void {
    clearTimeout(this.timer)
    clearImmediate(this.turn)
    try {
      this.write()
      if (mustSync()) fdatasyncSync(this.descriptor)
    } catch {
      // There is no next line by which it could be reported.
    } finally {
      closeSync(this.descriptor)
    }
  }

  private writeAndSync(): Promise<void> {
    return new Promise((resolve, reject) => {
      // Whatever else happens in this turn of the loop comes along.
      setImmediate(() => {
        try {
          this.write()
          if (!mustSync()) return resolve()
          fdatasync(this.descriptor, (error) => {
            if (error !== null) return reject(error)
            this.steps.durable?.()
            resolve()
          })
        } catch (cause) {
          reject(cause)
        }
      })
    })
  }

  /** A full disk is reported by the next line that somebody waits for. */
  private tryToWrite(): void {
    try {
      this.write()
    } catch {
      // Kept for the next time.
    }
  }

  /** What the disk does not take is kept for the next time, from the byte where it stopped. */
  private write(): void {
    if (this.pending.length > 0) {
      this.unwritten = Buffer.concat([this.unwritten, Buffer.from(`${this.pending.join("\n")}\n`)])
      this.pending = []
    }
    if (this.unwritten.length === 0) return
    // A disk that takes a part only says why with the next.
    while (this.unwritten.length > 0) {
      this.unwritten = this.unwritten.subarray(writeSync(this.descriptor, this.unwritten))
    }
    this.steps.written?.()
  }
}
