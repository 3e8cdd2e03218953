/** The journal of schedules: append-only, checksummed lines in the store; what it says has happened, whatever came after. */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync
} from "node:fs"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { reach } from "../fault/hooks.ts"
import { encodeLine, readLines } from "../store/checked-lines.ts"
import { mustSync } from "../store/durability.ts"
import { attempt, attemptSync, makeFolder, syncFolder } from "../store/durable.ts"
import { StoreUnavailable } from "../store/StoreError.ts"
import { isEvent, type ScheduleEvent } from "./ScheduleEvent.ts"

/** Where schedules have their things in a store. */
export const placesIn = (store: string) => {
  const folder = join(store, "schedules")
  return {
    folder,
    journal: join(folder, "journal.jsonl"),
    /** A file for each start that some process has begun, or that nobody may begin any more. */
    starts: join(folder, "starts"),
    /** What runs have said on their standard error. */
    logs: join(folder, "logs"),
    lock: join(store, "locks", "schedules")
  }
}

export interface ScheduleJournal {
  /** Appends events in their order by one write, and returns its bytes; they are durable then. Throws `StoreUnavailable`. */
  readonly append: (events: ReadonlyArray<ScheduleEvent>) => number
  /** Its bytes, with those that others have appended. Throws what the disk throws. */
  readonly size: () => number
  /** Throws `StoreUnavailable` where somebody has moved or removed it: what is written then nobody would find. */
  readonly ensure: () => void
}

/** Opens the journal to append; it is made where there is none. */
export const openJournal = Effect.fnUntraced(function* (
  store: string
): Effect.fn.Return<ScheduleJournal, StoreUnavailable, Scope.Scope> {
  const { folder, journal, logs, starts } = placesIn(store)
  for (const made of [starts, logs]) yield* attempt("create", made, () => makeFolder(made))
  const descriptor = yield* Effect.acquireRelease(
    attemptSync("open", journal, () => openSync(journal, "a+")),
    (opened) => Effect.sync(() => closeSync(opened))
  )
  yield* attempt("write to", folder, () => syncFolder(folder))
  return {
    append: (events) => {
      if (events.length === 0) return 0
      try {
        return appendDurably(descriptor, events.map(encodeLine))
      } catch (cause) {
        throw new StoreUnavailable({ operation: "write to", path: journal, cause })
      }
    },
    size: () => fstatSync(descriptor).size,
    ensure: () => {
      const there = statSync(journal, { throwIfNoEntry: false })?.ino
      if (there !== fstatSync(descriptor).ino)
        throw new StoreUnavailable({ operation: "go on in", path: journal, cause: LOST })
    }
  }
})

const LOST = new Error("somebody has moved or removed the journal of schedules")

/** What a write that was cut off has left is ended first: its line says nothing, and the next one is whole. */
const appendDurably = (descriptor: number, lines: ReadonlyArray<string>): number => {
  const start = endsWithBreak(descriptor) ? "" : "\n"
  let rest = Buffer.from(`${start}${lines.join("\n")}\n`)
  const { length } = rest
  // A disk that takes a part only says why with the next.
  while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest))
  reach("schedule.written")
  if (mustSync()) fdatasyncSync(descriptor)
  reach("schedule.durable")
  return length
}

const endsWithBreak = (descriptor: number): boolean => {
  const { size } = fstatSync(descriptor)
  const last = Buffer.alloc(1)
  return size === 0 || (readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] === 0x0a)
}

/** What a journal tells. */
export interface ReadSchedules {
  readonly events: ReadonlyArray<ScheduleEvent>
  /** Lines that are not as they were written, or of a newer version. */
  readonly unread: number
  /** Bytes of the journal that was read. */
  readonly size: number
}

/** What the journal of a store tells. */
export const readJournal = (store: string): Effect.Effect<ReadSchedules, StoreUnavailable> =>
  attemptSync("read", placesIn(store).journal, () => readEvents(store))

/** The same at once. Throws what the disk throws. */
export const readEvents = (store: string): ReadSchedules => {
  const { journal } = placesIn(store)
  if (!existsSync(journal)) return { events: [], unread: 0, size: 0 }
  const bytes = readFileSync(journal)
  const { lines, damaged } = readLines(bytes)
  const events = lines.map(({ value }) => value).filter(isEvent)
  return { events, unread: damaged + lines.length - events.length, size: bytes.length }
}
