/** An entry under `schedule:`. */
import { Cron, Result } from "effect"
import type { Cursor, Field } from "./Cursor.ts"
import type { ScheduleDocument } from "./PipelineDocument.ts"
import type { Span } from "./Span.ts"

/** Decodes one schedule; `undefined` after complaints that leave nothing to go on with. */
export const decodeSchedule = (cursor: Cursor, item: unknown, otherwise: Span): ScheduleDocument | undefined => {
  const span = cursor.span(item, otherwise)
  const record = cursor.record(item, "schedule", ["cron", "timeZone", "missed", "overlap"], otherwise)
  const cron = cursor.text(record.cron, "schedule: cron")
  if (record.cron === undefined) cursor.complain(span, "schedule: the cron line is missing", 'add   cron: "30 3 * * 1"')
  if (cron !== undefined && Result.isFailure(Cron.parse(cron.value))) {
    cursor.complain(cron.span, `schedule: "${cron.value}" is no cron line`, "minute hour day month weekday")
  }
  const timeZone = decodeTimeZone(cursor, record.timeZone)
  const missed = choice(cursor, record.missed, "missed", ["skip", "latest", "all"] as const)
  const overlap = choice(cursor, record.overlap, "overlap", ["forbid", "allow", "replace"] as const)
  if (cron === undefined || missed === undefined || overlap === undefined) return undefined
  return { span, cron: cron.value, timeZone, missed, overlap }
}

const decodeTimeZone = (cursor: Cursor, field: Field | undefined): string => {
  const zone = cursor.text(field, "schedule: timeZone")
  if (zone === undefined) return "UTC"
  const isKnown = Result.isSuccess(
    Result.try({
      try: () => new Intl.DateTimeFormat("en", { timeZone: zone.value }),
      catch: () => zone.value
    })
  )
  if (!isKnown) cursor.complain(zone.span, `schedule: unknown time zone "${zone.value}"`, "as in Europe/Berlin")
  return zone.value
}

/** One of a few words; the first when it is left out. */
const choice = <W extends string>(
  cursor: Cursor,
  field: Field | undefined,
  key: string,
  words: readonly [W, ...ReadonlyArray<W>]
): W | undefined => {
  if (field === undefined) return words[0]
  const text = cursor.text(field, `schedule: ${key}`)
  const word = words.find((candidate) => candidate === text?.value)
  if (word === undefined && text !== undefined) {
    cursor.unknown(text.span, `schedule: unknown ${key}`, text.value, key, words)
  }
  return word
}
