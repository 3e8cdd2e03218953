/** A schedule as lines of a crontab. */
import { Result } from "effect"
import { cronFields, fieldText } from "./cron-fields.ts"
import {
  commentOf,
  type ExportedFile,
  type ExportPlace,
  missedText,
  needsOf,
  origin,
  plainName,
  tickWords,
  unsaidDeadline,
  unsaidJitter
} from "./Exported.ts"
import type { Schedule } from "./Schedule.ts"

/** The lines of a schedule, as a file; in words why there can be none. */
export const exportCrontab = (
  schedule: Schedule,
  { folder, launcher, settings }: ExportPlace
): Result.Result<ReadonlyArray<ExportedFile>, string> =>
  Result.map(plainCron(schedule.cron), (cron) => {
    const words = tickWords(launcher, schedule, folder).map(shellWord).join(" ")
    // cron takes a percent sign for the end of the line.
    const environment = Object.entries(settings).map(([name, value]) => `${name}=${shellWord(value)} `)
    const command = `cd ${shellWord(folder)} && ${environment.join("")}${guarded(schedule, words)}`.replaceAll(
      "%",
      String.raw`\%`
    )
    const text = `${commentOf([...origin(schedule), ...remarksOf(schedule)])}CRON_TZ=${schedule.timeZone}\n${cron} ${command}\n`
    return [{ name: `${plainName(schedule)}.crontab`, text }]
  })

/** The five fields that every cron knows, without names, words and the letters that only some know; in words why not. */
export const plainCron = (line: string): Result.Result<string, string> => {
  const fields = cronFields(line)
  if (Result.isFailure(fields)) return Result.fail(`"${fields.failure}" in its cron line is known to few programs`)
  const { days, hasLastDay, hours, minutes, months, seconds, weekdays } = fields.success
  if (seconds.length !== 1 || seconds[0] !== 0)
    return Result.fail("its cron line has seconds, and others know only minutes")
  if (hasLastDay) return Result.fail('"L" in its cron line is known to few programs')
  return Result.succeed(
    [
      fieldText("minutes", minutes),
      fieldText("hours", hours),
      fieldText("days", days),
      fieldText("months", months),
      fieldText("weekdays", weekdays)
    ].join(" ")
  )
}

/** Nothing is started beside itself where that is not wanted. */
const guarded = ({ id, overlap }: Schedule, words: string): string =>
  overlap === "allow" ? words : `flock -n ${shellWord(`.${plainName({ id })}.lock`)} ${words}`

const remarksOf = (schedule: Schedule): ReadonlyArray<string> => {
  const { missed, overlap, timeZone } = schedule
  return [
    `CRON_TZ is known to cronie (Fedora, Arch and their like), for all lines below it. Debian's cron goes by the zone of the machine: that has to be ${timeZone}.`,
    ...needsOf(schedule),
    "What becomes of a time that a change of clocks takes out or brings twice is decided by cron.",
    ...(missed === "skip"
      ? []
      : [`Not said here: ${missedText(schedule)}; cron forgets what comes while the machine is off.`]),
    ...unsaidDeadline(schedule),
    ...(overlap === "replace" ? ["Not said here: overlap: replace; a run that goes on stays, as with forbid."] : []),
    ...unsaidJitter(schedule)
  ]
}

/** A word as a shell takes it. */
export const shellWord = (word: string): string =>
  /^[\w@+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
