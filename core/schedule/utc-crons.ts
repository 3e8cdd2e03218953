/** A cron line of a zone as lines in UTC: several where its hours fall on two days, or its zone has several offsets in a year. */
import { Result } from "effect"
import { type CronFields, cronFields, fieldText, isAll } from "./cron-fields.ts"
import type { Schedule } from "./Schedule.ts"

export interface UtcCron {
  readonly cron: string
  /** The offset of the zone at which it holds, as `date +%z` writes it. */
  readonly offset: string
}

const DAY = 24 * 60
const MILLIS = 60_000

/** The lines; in words why there are none. */
export const utcCrons = (
  { cron, timeZone }: Pick<Schedule, "cron" | "timeZone">,
  now: number
): Result.Result<ReadonlyArray<UtcCron>, string> =>
  Result.gen(function* () {
    const fields = yield* Result.mapError(
      cronFields(cron),
      (part) => `"${part}" in its cron line is known to few programs`
    )
    if (fields.seconds.length !== 1 || fields.seconds[0] !== 0)
      return yield* Result.fail("its cron line has seconds, and GitHub knows only minutes")
    if (fields.hasLastDay) return yield* Result.fail('"L" in its cron line is known to few programs')
    const all: Array<UtcCron> = []
    for (const offset of offsetsOf(timeZone, now)) {
      for (const line of yield* shifted(fields, offset)) all.push({ cron: line, offset: offsetText(offset) })
    }
    return all
  })

/** Minutes by which a zone is ahead of UTC in the year that follows, each once. */
const offsetsOf = (timeZone: string, now: number): ReadonlySet<number> => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" })
  const offsetAt = (at: number): number => {
    const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? ""
    const { hours, minutes, sign } = /(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)/u.exec(name)?.groups ?? {}
    return (sign === "-" ? -1 : 1) * (60 * Number(hours ?? 0) + Number(minutes ?? 0))
  }
  return new Set(Array.from({ length: 366 }, (_, day) => offsetAt(now + day * DAY * MILLIS)))
}

const offsetText = (offset: number): string => {
  const digits = (value: number): string => String(value).padStart(2, "0")
  return `${offset < 0 ? "-" : "+"}${digits(Math.floor(Math.abs(offset) / 60))}${digits(Math.abs(offset) % 60)}`
}

/** Times of the same day in UTC, or of the day before or after. */
interface Group {
  readonly days: number
  readonly hours: Set<number>
  readonly minutes: Set<number>
}

/** The same times, earlier by an offset. Hours and minutes that go over into others the same way make a line together. */
const shifted = (fields: CronFields, offset: number): Result.Result<ReadonlyArray<string>, string> => {
  const groups = new Map<string, Group>()
  for (const minute of fields.minutes) {
    for (const hour of fields.hours) {
      const total = 60 * hour + minute - offset
      const days = Math.floor(total / DAY)
      const time = total - days * DAY
      const carry = Math.floor((minute - offset) / 60)
      const key = `${days} ${carry}`
      const group = groups.get(key) ?? { days, hours: new Set(), minutes: new Set() }
      group.hours.add(Math.floor(time / 60))
      group.minutes.add(time % 60)
      groups.set(key, group)
    }
  }
  const isPlain = isAll("days", fields.days) && isAll("months", fields.months)
  if (!isPlain && [...groups.values()].some(({ days }) => days !== 0))
    return Result.fail("in UTC its times fall on other days of the month")
  return Result.succeed([...groups.values()].map((group) => lineOf(fields, group)))
}

const lineOf = ({ days, months, weekdays }: CronFields, group: Group): string =>
  [
    fieldText("minutes", sorted(group.minutes)),
    fieldText("hours", sorted(group.hours)),
    fieldText("days", days),
    fieldText("months", months),
    fieldText("weekdays", sorted(weekdays.map((day) => (day + group.days + 7) % 7)))
  ].join(" ")

const sorted = (values: Iterable<number>): ReadonlyArray<number> => [...values].sort((a, b) => a - b)
