/** `pipeline schedule list`: what schedules there are, and where they stand. */
import { Effect } from "effect"
import { durationText } from "../observe/duration.ts"
import { isLed } from "../schedule/Lead.ts"
import { type Schedule, signatureOf } from "../schedule/Schedule.ts"
import type { ScheduleEvent } from "../schedule/ScheduleEvent.ts"
import { placesIn, readJournal } from "../schedule/ScheduleJournal.ts"
import { foldSchedules, type ScheduleState } from "../schedule/ScheduleState.ts"
import { isAlive } from "../schedule/starts.ts"
import { currentRows, type TickRow, tickRows } from "../schedule/tick-history.ts"
import { zonedText } from "../schedule/zoned-text.ts"
import { attemptSync } from "../store/durable.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { cacheFolder } from "./Settings.ts"
import { readSchedules } from "./schedule-places.ts"

export interface ListChoices {
  readonly places: ReadonlyArray<string>
  readonly json: boolean
}

/** Prints the schedules of files, with what the store knows of them. */
export const listSchedules = ({ json, places }: ListChoices) =>
  Effect.gen(function* () {
    const schedules = yield* readSchedules(places)
    const { events } = yield* readJournal(cacheFolder())
    const { lock, starts } = placesIn(cacheFolder())
    const isServed = yield* attemptSync("look at", lock, () => isLed(lock))
    const states = foldSchedules(events)
    const rows = currentRows(tickRows(events), (token) => isAlive(starts, token))
    const listed = schedules.map((schedule) => listedOf(schedule, states.get(schedule.id), rows))
    const by = isServed ? servedBy(events) : undefined
    if (json) printJson({ servedBy: by ?? null, schedules: listed.map(described) })
    else if (listed.length === 0) print("nothing is scheduled here")
    else
      print(
        `${table([["schedule", "cron", "zone", "next", "last"], ...listed.map(rowOf)])}\n${by === undefined ? NOBODY : `served by process ${by.pid} on ${by.host}`}`
      )
    return EXIT.success
  })

const NOBODY = "nobody serves them: `pipeline schedule serve` does"

const servedBy = (events: ReadonlyArray<ScheduleEvent>) => {
  const last = events.findLast((event) => event._tag === "Serving")
  return last?._tag === "Serving" ? { pid: last.pid, host: last.host, since: last.at } : undefined
}

interface Listed {
  readonly schedule: Schedule
  readonly state: ScheduleState | undefined
  readonly next: number | undefined
  readonly last: TickRow | undefined
}

const listedOf = (schedule: Schedule, state: ScheduleState | undefined, rows: ReadonlyArray<TickRow>): Listed => {
  const tick = schedule.line.after(Math.max(Date.now() - schedule.delay, state?.considered ?? 0))
  const last = rows.findLast((row) => row.schedule === schedule.id && row.fate !== "waiting")
  return { schedule, state, next: tick === undefined ? undefined : tick + schedule.delay, last }
}

const described = ({ last, next, schedule, state }: Listed) => {
  const { cron, delay, file, id, maxCatchUp, missed, overlap, pipeline, profile, recompute, timeZone } = schedule
  return {
    ...{ schedule: id, pipeline, file, cron, timeZone, missed, maxCatchUp, overlap, recompute },
    ...{ profile: profile ?? "default", startingDeadlineMillis: schedule.startingDeadline ?? null },
    ...{ jitterMillis: delay, nextAt: next ?? null, isKnown: state?.signature === signatureOf(schedule) },
    running: state?.running.map(({ startedAt, tick }) => ({ at: tick, startedAt })) ?? [],
    waiting: state?.queue.map(({ tick }) => tick) ?? [],
    last: last === undefined ? null : lastOf(last)
  }
}

const lastOf = ({ drift, fate, run, tick, untold }: TickRow) => ({ at: tick, fate, run: run ?? null, drift, untold })

const rowOf = ({ last, next, schedule }: Listed): ReadonlyArray<string> => {
  const { cron, id, timeZone } = schedule
  const untold = (last?.untold ?? []).length > 0 ? ", hooks not told" : ""
  const ago = last === undefined ? "" : `${durationText(Date.now() - last.tick)} ago: ${last.fate}${untold}`
  return [id, cron, timeZone, next === undefined ? "never" : zonedText(next, timeZone), ago]
}
