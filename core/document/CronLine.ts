/** When something comes again and again: a cron line in a time zone. The one place that knows croner. */
import { Cron } from "croner"
import { Result } from "effect"
import { messageOf } from "./message-of.ts"

/** A cron line that comes at some time, in a zone. Instants are milliseconds since 1970, whole seconds. */
export interface CronLine {
  /** The first time after an instant; `undefined` where there is none any more. */
  readonly after: (instant: number) => number | undefined
}

/** Fields of a line: five, or six with the seconds first. croner would also take years, dates and text that names one day. */
const FIELDS = /^\s*(?:@[a-z]+|\S+(?:\s+\S+){4,5})\s*$/iu

/** Characters of a line that somebody could have meant. */
const LONGEST = 500

/** Words for whole lines, as cron has them. `@reboot` is no time. */
export const CRON_WORDS = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"] as const

/** Why a text is no schedule; `isLine` where it reads well, and never comes. */
export interface CronFault {
  readonly reason: string
  readonly isLine: boolean
}

/**
 * Reads a cron line.
 *
 * In the night in which clocks are put forward, a time that does not exist comes when the gap is over; a line for many times
 * leaves out those in the gap. In the night in which they are put back, a line that goes over hours or minutes comes in both
 * passes of what comes twice, and one for a single time in the first.
 */
export const parseCron = (line: string, timeZone: string): Result.Result<CronLine, CronFault> => {
  const text = line.trim()
  if (text.length > LONGEST || !FIELDS.test(text) || (text.startsWith("@") && !isWord(text)))
    return Result.fail(NO_LINE)
  try {
    const cron = new Cron(text, { timezone: timeZone, paused: true })
    if (cron.nextRun() === null) return Result.fail({ reason: "is a time that never comes", isLine: true })
    return Result.succeed({ after: (instant) => cron.nextRun(new Date(instant))?.getTime() })
  } catch (cause) {
    const why = messageOf(cause).replace(/^CronPattern: /u, "")
    return Result.fail({ reason: `is no cron line: ${why.slice(0, 1).toLowerCase()}${why.slice(1)}`, isLine: false })
  }
}

const NO_LINE: CronFault = { reason: "is no cron line", isLine: false }

const isWord = (line: string): boolean => CRON_WORDS.some((word) => word === line.toLowerCase())

/** Whether there is a time zone of this name; an offset is none, for it knows no summer. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z]/u.test(name)) return false
  try {
    new Intl.DateTimeFormat("en", { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The names of the zones that this Node knows. */
export const timeZones = (): ReadonlyArray<string> => ["UTC", ...Intl.supportedValuesOf("timeZone")]
