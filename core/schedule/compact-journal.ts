/** Shortens a journal that has grown long: where each schedule stood, then what happened last. */
import { statSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { encodeLine } from "../store/checked-lines.ts"
import { attemptSync, writeDurably } from "../store/durable.ts"
import { acquireLock } from "../store/file-lock.ts"
import { openNotices } from "./open-notices.ts"
import type { ScheduleEvent } from "./ScheduleEvent.ts"
import { openJournal, placesIn, readJournal } from "./ScheduleJournal.ts"
import { foldSchedules } from "./ScheduleState.ts"

/** Bytes that a daemon reads without a thought; an hourly schedule writes them in a year. */
const LONG = 8_000_000

/** Events that stay as they are: the history that people see. */
const KEPT = 5000

/** While one appends to the journal beside its daemon, nobody puts another in its place. */
const holdJournal = (store: string) =>
  acquireLock(join(store, "locks", "schedule-journal"), "another process at the journal of schedules")

/** Shortens the journal where it is long. Whoever does this has the lead. */
export const compactJournal = Effect.fnUntraced(function* (store: string, long = LONG, kept = KEPT) {
  const { journal } = placesIn(store)
  if ((statSync(journal, { throwIfNoEntry: false })?.size ?? 0) < long) return
  yield* holdJournal(store)
  const { events } = yield* readJournal(store)
  const cut = Math.max(0, events.length - kept)
  const lines = [...snapshotsOf(events.slice(0, cut)), ...events.slice(cut)].map(encodeLine)
  yield* writeDurably(journal, `${lines.join("\n")}\n`)
}, Effect.scoped)

/** Where schedules stand after some events. */
export const snapshotsOf = (events: ReadonlyArray<ScheduleEvent>): ReadonlyArray<ScheduleEvent> => {
  const notices = [...openNotices(events).values()]
  const at = events.at(-1)?.at ?? 0
  return [...foldSchedules(events)].map(([schedule, state]) => ({
    ...{ _tag: "Snapshot", at, schedule, state },
    notices: notices.filter((open) => open.schedule === schedule).map(({ notice }) => notice)
  }))
}

/** Appends events beside a daemon. */
export const appendBeside = Effect.fnUntraced(function* (store: string, events: ReadonlyArray<ScheduleEvent>) {
  yield* holdJournal(store)
  const journal = yield* openJournal(store)
  return yield* attemptSync("write to", placesIn(store).journal, () => journal.append(events))
}, Effect.scoped)
