/** What the fields of a cron line take, number by number: for other programs, which write them otherwise. */
import { Result } from "effect"

export interface CronFields {
  readonly seconds: ReadonlyArray<number>
  readonly minutes: ReadonlyArray<number>
  readonly hours: ReadonlyArray<number>
  readonly days: ReadonlyArray<number>
  readonly months: ReadonlyArray<number>
  /** From 0 for Sunday to 6. */
  readonly weekdays: ReadonlyArray<number>
  /** The last day of the month comes too. */
  readonly hasLastDay: boolean
}

interface Bounds {
  readonly first: number
  readonly last: number
  readonly names: ReadonlyArray<string>
}

/** The first and last value of each field, and the names that it knows. */
export const BOUNDS = {
  seconds: { first: 0, last: 59, names: [] },
  minutes: { first: 0, last: 59, names: [] },
  hours: { first: 0, last: 23, names: [] },
  days: { first: 1, last: 31, names: [] },
  months: { first: 1, last: 12, names: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ") },
  weekdays: { first: 0, last: 6, names: "SUN MON TUE WED THU FRI SAT".split(" ") }
} as const satisfies { readonly [field: string]: Bounds }

export type FieldName = keyof typeof BOUNDS

const WORDS: { readonly [word: string]: string } = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *"
}

/** Whether a field takes everything. */
export const isAll = (field: FieldName, values: ReadonlyArray<number>): boolean =>
  values.length === BOUNDS[field].last - BOUNDS[field].first + 1

/** The fields of a line that croner takes. Fails with the part that no list of numbers can say, as `FRI#2`. */
export const cronFields = (line: string): Result.Result<CronFields, string> =>
  Result.gen(function* () {
    const texts = (WORDS[line.trim().toLowerCase()] ?? line).trim().split(/\s+/u)
    const [seconds = "0", minutes = "", hours = "", days = "", months = "", weekdays = ""] =
      texts.length === 6 ? texts : ["0", ...texts]
    const parts = days.toUpperCase().split(",")
    const otherDays = parts.filter((part) => part !== "L")
    const fields = {
      seconds: yield* valuesOf("seconds", seconds),
      minutes: yield* valuesOf("minutes", minutes),
      hours: yield* valuesOf("hours", hours),
      days: otherDays.length === 0 ? [] : yield* valuesOf("days", otherDays.join(",")),
      months: yield* valuesOf("months", months),
      weekdays: yield* valuesOf("weekdays", weekdays),
      hasLastDay: otherDays.length < parts.length
    }
    // Where both are given either will do: all days of one, as `1-31`, are every day, whatever the other says.
    const isEither = !isStar(days) && !isStar(weekdays)
    const isEveryDay = isAll("days", fields.days) || isAll("weekdays", fields.weekdays)
    return isEither && isEveryDay ? { ...fields, ...EVERY_DAY } : fields
  })

/** Whether a field is not given. */
const isStar = (text: string): boolean => text === "*" || text === "?"

const EVERY_DAY = {
  days: Array.from({ length: BOUNDS.days.last }, (_, index) => index + 1),
  weekdays: [0, 1, 2, 3, 4, 5, 6],
  hasLastDay: false
}

const valuesOf = (field: FieldName, text: string): Result.Result<ReadonlyArray<number>, string> =>
  Result.gen(function* () {
    const values = new Set<number>()
    for (const part of text.toUpperCase().split(",")) for (const value of yield* partOf(field, part)) values.add(value)
    return [...values].sort((a, b) => a - b)
  })

const PART = /^(?<from>\*|\?|\d+|[A-Z]{3})(?:-(?<to>\d+|[A-Z]{3}))?(?:\/(?<step>\d+))?$/u

/** `*`, `5`, `1-5`, `MON-FRI`, and each with a step. */
const partOf = (field: FieldName, text: string): Result.Result<ReadonlyArray<number>, string> => {
  const { from = "", step, to } = PART.exec(text)?.groups ?? {}
  const { first, last } = BOUNDS[field]
  const isStar = from === "*" || from === "?"
  const start = isStar ? first : numberOf(field, from)
  const end = to === undefined ? (isStar || step !== undefined ? last : start) : numberOf(field, to)
  if (Number.isNaN(start) || Number.isNaN(end)) return Result.fail(text)
  // A week may end on Sunday.
  const until = end < start && field === "weekdays" ? end + 7 : end
  const count = Math.floor((until - start) / Number(step ?? 1)) + 1
  return Result.succeed(
    Array.from({ length: count }, (_, index) => {
      const value = start + index * Number(step ?? 1)
      return field === "weekdays" ? value % 7 : value
    })
  )
}

const numberOf = (field: FieldName, text: string): number => {
  const named = (BOUNDS[field].names as ReadonlyArray<string>).indexOf(text)
  if (named >= 0) return named + BOUNDS[field].first
  return /^\d+$/u.test(text) ? Number(text) : Number.NaN
}

/** Values as a field of an ordinary crontab: all as a star, even steps from the first as `0-59/20`, else a range or a list. */
export const fieldText = (field: FieldName, values: ReadonlyArray<number>): string => {
  if (isAll(field, values)) return "*"
  const [first = 0, second = 0] = values
  const { first: start, last: end } = BOUNDS[field]
  const step = second - first
  const isEven = values.length > 2 && values.every((value, index) => value === first + index * step)
  if (isEven && step === 1) return `${first}-${values.at(-1)}`
  // In a day field some take a star with a step for no restriction at all.
  const isTime = field === "minutes" || field === "hours"
  if (isTime && isEven && first === start && (values.at(-1) ?? 0) + step > end) return `*/${step}`
  return values.join(",")
}
