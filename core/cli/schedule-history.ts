/** `pipeline schedule history`: what became of each time. */
import { Effect, Option } from "effect"
import { nearest } from "../document/nearest.ts"
import { countText } from "../document/quantities.ts"
import { durationText } from "../observe/duration.ts"
import { nameOf } from "../record/RunFolder.ts"
import { instantText } from "../report/quantity-text.ts"
import { tickId } from "../schedule/Schedule.ts"
import { placesIn, readJournal } from "../schedule/ScheduleJournal.ts"
import { isAlive } from "../schedule/starts.ts"
import { currentRows, type TickRow, tickRows } from "../schedule/tick-history.ts"
import { existingStore } from "./existing-store.ts"
import { EXIT } from "./exit-status.ts"
import { print, printError, printJson, table } from "./output.ts"
import { cacheFolder } from "./Settings.ts"
import { UsageError } from "./UsageError.ts"

export interface HistoryChoices {
  readonly schedule: Option.Option<string>
  readonly limit: number
  readonly json: boolean
}

/** Prints what became of ticks, the latest first. */
export const tickHistory = ({ json, limit, schedule }: HistoryChoices) =>
  Effect.gen(function* () {
    const { events, unread } = yield* readJournal(cacheFolder())
    if (unread > 0) printError(`warning: ${countText(unread, "line")} of the journal of schedules cannot be read`)
    const { starts } = placesIn(cacheFolder())
    const all = tickRows(events)
    const name = Option.getOrUndefined(schedule)
    const known = [...new Set(events.flatMap((event) => ("schedule" in event ? [event.schedule] : [])))]
    if (name !== undefined && !known.includes(name)) return yield* unknownSchedule(name, known)
    const rows = all
      .filter((row) => name === undefined || row.schedule === name)
      .slice(-limit)
      .toReversed()
    const shown = currentRows(rows, (token) => isAlive(starts, token))
    if (json) printJson(shown.map(described))
    else if (rows.length === 0) print("no schedule has come to its time yet")
    else print(historyText(shown))
    return EXIT.success
  }).pipe(existingStore)

/** No schedule has this name. */
export const unknownSchedule = (name: string, known: ReadonlyArray<string>): UsageError => {
  const close = nearest(name, known)
  const hint = close === undefined ? `there are ${known.join(", ") || "none"}` : `did you mean "${close}"?`
  return new UsageError({ reason: `no schedule has the name "${name}": ${hint}` })
}

const described = ({ count, drift, schedule, tick, until, untold, ...row }: TickRow) => ({
  ...{ tick: tickId(schedule, tick), schedule, at: tick, ...row, drift, untold },
  ...(until === tick ? {} : { until, count })
})

/** A line for each, and below it what does not fit beside others. */
const historyText = (rows: ReadonlyArray<TickRow>): string => {
  const lines = table(rows.map(rowOf), new Set([2])).split("\n")
  return rows
    .flatMap(({ detail, drift, untold }, index) => [
      lines[index] ?? "",
      ...(detail === undefined ? [] : [`    ${detail}`]),
      ...drift.map((words) => `    drift: ${words}`),
      ...untold.map((words) => `    not told: ${words}`)
    ])
    .join("\n")
}

const rowOf = ({ byHand, count, endedAt, fate, run, schedule, startedAt, tick, until }: TickRow) => {
  const several = count === undefined ? "very many" : `${count}`
  const time = until === tick ? instantText(tick) : `${instantText(tick)}, and ${several} to ${instantText(until)}`
  const took = startedAt === undefined || endedAt === undefined ? "" : durationText(endedAt - startedAt)
  return [schedule, time, took, byHand ? `${fate}, by hand` : fate, run === undefined ? "" : nameOf(run)]
}
