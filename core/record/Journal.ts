/** The journal of a run: append-only, checksummed lines; the truth about what happened. */
import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { isRecord } from "../document/is-record.ts"
import { isGuarded, reach } from "../fault/hooks.ts"
import { encodeLine, readLines } from "../store/checked-lines.ts"
import { mustSync } from "../store/durability.ts"
import { SharedSync } from "../store/SharedSync.ts"
import { StoreUnavailable } from "../store/StoreError.ts"
import { EVENT_TAGS, type JournalEntry, type JournalEvent } from "./JournalEvent.ts"
import type { JournalFlaws } from "./JournalFlaws.ts"
import { FILES, type RunFolder } from "./RunFolder.ts"

/** Milliseconds after which events that nobody waits for are written. */
const DELAY = 100

export interface Journal {
  /** Appends an event; it is durable when this returns. Events of the same instant share one sync. */
  readonly append: (event: JournalEvent) => Effect.Effect<void, StoreUnavailable>
  /** Appends an event at once, without waiting for the disk: it outlives this process, not yet the machine. */
  readonly appendNow: (event: JournalEvent) => void
  /** The same before any immediate that is set after this: events of one turn of the loop share one write. */
  readonly appendThisTurn: (event: JournalEvent) => void
  /** Appends an event soon; it is durable when a later `append` returns, or the journal is closed. */
  readonly appendLater: (event: JournalEvent) => void
}

/** Opens the journal of a new run; what is pending is written when the scope closes, as far as the disk takes it. */
export const open = (folder: RunFolder): Effect.Effect<Journal, StoreUnavailable, Scope.Scope> => {
  const file = join(folder.path, FILES.journal)
  return Effect.map(
    Effect.acquireRelease(
      Effect.try({
        try: () => new Writer(openSync(file, "ax")),
        catch: (cause) => new StoreUnavailable({ operation: "open", path: file, cause })
      }),
      (writer) => Effect.sync(() => writer.close())
    ),
    (writer): Journal => ({
      append: (event) =>
        Effect.tryPromise({
          try: () => writer.append(event),
          catch: (cause) => new StoreUnavailable({ operation: "write to", path: file, cause })
        }),
      appendNow: (event) => writer.appendNow(event),
      appendThisTurn: (event) => writer.appendThisTurn(event),
      appendLater: (event) => writer.appendLater(event)
    })
  )
}

/** What a journal tells, and what of it is lost. */
export interface ReadJournal {
  readonly entries: ReadonlyArray<JournalEntry>
  readonly flaws: JournalFlaws
}

/**
 * Events of a journal in order. A torn last line, left by a death, is not among them and no flaw; whatever else is not as
 * it was written is left out and counted.
 */
export const read = (bytes: Uint8Array): ReadJournal => {
  const { lines, damaged } = readLines(bytes)
  const entries: Array<JournalEntry> = []
  let [unnumbered, repeated, unknown, last] = [0, 0, 0, -1]
  for (const { value } of lines) {
    if (!isNumbered(value)) unnumbered++
    else if (value.sequence <= last && isGuarded("journal-sequence")) repeated++
    else {
      last = value.sequence
      if (isKnown(value)) entries.push(value)
      else unknown++
    }
  }
  const gaps = isGuarded("journal-sequence") ? last + 1 - entries.length - unknown : 0
  const wrong = damaged + unnumbered
  return { entries, flaws: { damaged: wrong + repeated, missing: Math.max(0, gaps - wrong), unknown } }
}

type Numbered = Pick<JournalEntry, "sequence"> & { readonly event: unknown }

const isNumbered = (value: unknown): value is Numbered =>
  isRecord(value) && Number.isSafeInteger(value["sequence"]) && isRecord(value["event"])

const isKnown = (entry: Numbered): entry is JournalEntry =>
  isRecord(entry.event) && Object.hasOwn(EVENT_TAGS, String(entry.event["_tag"]))

class Writer {
  private readonly descriptor: number
  private sequence = 0
  private pending: Array<string> = []
  private unwritten: Buffer = Buffer.alloc(0)
  private timer: NodeJS.Timeout | undefined
  private turn: NodeJS.Immediate | undefined
  /** Writes and syncs what is pending. */
  private readonly sync = new SharedSync(() => this.writeAndSync())

  constructor(descriptor: number) {
    this.descriptor = descriptor
  }

  appendLater(event: JournalEvent): void {
    this.pending.push(encodeLine({ sequence: this.sequence++, event } satisfies JournalEntry))
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      // A full disk is reported by the next event that somebody waits for.
      void this.sync.ask().catch(() => undefined)
    }, DELAY).unref()
  }

  appendNow(event: JournalEvent): void {
    this.appendLater(event)
    this.tryToWrite()
  }

  appendThisTurn(event: JournalEvent): void {
    this.appendLater(event)
    this.turn ??= setImmediate(() => {
      this.turn = undefined
      this.tryToWrite()
    })
  }

  append(event: JournalEvent): Promise<void> {
    this.appendLater(event)
    return this.sync.ask()
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
            reach("journal.durable")
            resolve()
          })
        } catch (cause) {
          reject(cause)
        }
      })
    })
  }

  /** A full disk is reported by the next event that somebody waits for. */
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
    reach("journal.written")
  }

  /** Does not throw: what somebody has waited for is durable, and only what nobody has may be lost on a full disk. */
  close(): void {
    clearTimeout(this.timer)
    clearImmediate(this.turn)
    try {
      this.write()
      if (mustSync()) fdatasyncSync(this.descriptor)
    } catch {
      // There is no next event by which it could be reported.
    } finally {
      closeSync(this.descriptor)
    }
  }
}
