/** The journal of a run: append-only, checksummed lines; the truth about what happened. */
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { isRecord } from "../document/is-record.ts"
import { isGuarded, reach } from "../fault/hooks.ts"
import { CheckedLog } from "../store/CheckedLog.ts"
import { readLines } from "../store/checked-lines.ts"
import { StoreUnavailable } from "../store/StoreError.ts"
import { EVENT_TAGS, type JournalEntry, type JournalEvent } from "./JournalEvent.ts"
import type { JournalFlaws } from "./JournalFlaws.ts"
import { FILES, type RunFolder } from "./RunFolder.ts"

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
        try: () => new Writer(file),
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

/** Numbers events. */
class Writer {
  private readonly log: CheckedLog
  private sequence = 0

  constructor(file: string) {
    this.log = new CheckedLog(file, {
      written: () => reach("journal.written"),
      durable: () => reach("journal.durable")
    })
  }

  append(event: JournalEvent): Promise<void> {
    return this.log.append(this.next(event))
  }

  appendNow(event: JournalEvent): void {
    this.log.appendNow(this.next(event))
  }

  appendThisTurn(event: JournalEvent): void {
    this.log.appendThisTurn(this.next(event))
  }

  appendLater(event: JournalEvent): void {
    this.log.appendLater(this.next(event))
  }

  close(): void {
    this.log.close()
  }

  private next(event: JournalEvent): JournalEntry {
    return { sequence: this.sequence++, event }
  }
}
