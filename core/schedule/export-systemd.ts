/** A schedule as a timer and a service of systemd's. */
import { Result } from "effect"
import { type CronFields, cronFields, type FieldName, isAll } from "./cron-fields.ts"
import {
  commentOf,
  type ExportedFile,
  type ExportPlace,
  missedText,
  needsOf,
  origin,
  plainName,
  tickWords,
  unsaidDeadline
} from "./Exported.ts"
import type { Schedule } from "./Schedule.ts"

/** The two files of a schedule; in words why there can be none. */
export const exportSystemd = (
  schedule: Schedule,
  { folder, launcher, settings }: ExportPlace
): Result.Result<ReadonlyArray<ExportedFile>, string> =>
  Result.map(calendarsOf(schedule), (calendars) => {
    const name = plainName(schedule)
    const environment = Object.entries(settings).map((setting) => `Environment=${assigned(setting.join("="))}\n`)
    const words = tickWords(launcher, schedule, folder).map(quoted).join(" ")
    return [
      { name: `${name}.timer`, text: timerOf(schedule, calendars) },
      {
        name: `${name}.service`,
        text: `${commentOf([...origin(schedule), ...needsOf(schedule)])}[Unit]
Description=Scheduled reproduction ${schedule.id}

[Service]
Type=oneshot
WorkingDirectory=${escaped(folder)}
${environment.join("")}ExecStart=${words}
# An expectation that was missed is told by hooks, and is no fault of the unit.
SuccessExitStatus=3
TimeoutStartSec=infinity
`
      }
    ]
  })

const timerOf = (schedule: Schedule, calendars: ReadonlyArray<string>): string => {
  const { jitter, missed } = schedule
  return `${commentOf([...origin(schedule), ...remarksOf(schedule)])}[Unit]
Description=Times of ${schedule.id}

[Timer]
${calendars.map((calendar) => `OnCalendar=${calendar}\n`).join("")}AccuracySec=1s
Persistent=${missed !== "skip"}
${jitter > 0 ? `RandomizedDelaySec=${Math.round(jitter / 1000)}s\nFixedRandomDelay=true\n` : ""}
[Install]
WantedBy=timers.target
`
}

/** What a timer cannot say, or says otherwise. */
const remarksOf = (schedule: Schedule): ReadonlyArray<string> => {
  const { jitter, missed, overlap, timeZone } = schedule
  return [
    ...(missed === "all"
      ? [`Not said here: ${missedText(schedule)}; a timer catches up one missed time, the latest.`]
      : []),
    ...(missed === "skip" ? ["A time that comes while the machine sleeps runs when it wakes all the same."] : []),
    ...unsaidDeadline(schedule),
    ...(overlap === "forbid" ? [] : [`Not said here: overlap: ${overlap}; a service that runs is not started again.`]),
    ...(jitter > 0 ? ["The delay is fixed, and another than with the daemon. It wants systemd 247."] : []),
    ...(timeZone === "UTC"
      ? []
      : ["What becomes of a time that a change of clocks takes out or brings twice is decided by systemd."])
  ]
}

/** One expression, or several where a day of the month or a day of the week will do, which systemd would take for both. */
export const calendarsOf = ({
  cron,
  timeZone
}: Pick<Schedule, "cron" | "timeZone">): Result.Result<ReadonlyArray<string>, string> => {
  const fields = cronFields(cron)
  if (Result.isFailure(fields)) return Result.fail(`"${fields.failure}" in its cron line cannot be said by OnCalendar`)
  const { days, hasLastDay, hours, minutes, months, seconds, weekdays } = fields.success
  const time = `${list("hours", hours)}:${list("minutes", minutes)}:${list("seconds", seconds)} ${timeZone}`
  const month = `*-${list("months", months)}`
  const week = weekdays.map((day) => NAMES[day]).join(",")
  const isEveryDay = isAll("days", days)
  const isEveryWeekday = isAll("weekdays", weekdays)
  const byDay = [
    ...(days.length > 0 ? [`${month}-${list("days", days)} ${time}`] : []),
    ...(hasLastDay && !isEveryDay ? [`${month}~01 ${time}`] : [])
  ]
  if (isEveryWeekday) return Result.succeed(byDay)
  const byWeekday = `${week} ${month}-* ${time}`
  return Result.succeed(isEveryDay ? [byWeekday] : [...byDay, byWeekday])
}

const NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

const list = (field: FieldName, values: CronFields[FieldName]): string =>
  isAll(field, values) ? "*" : values.map((value) => String(value).padStart(2, "0")).join(",")

/** A word of `ExecStart=`, in which systemd would see specifiers and variables. */
const quoted = (word: string): string => {
  const plain = escaped(word).replaceAll("$", "$$$$")
  return /^[\w@%+=:,./-]+$/u.test(plain) ? plain : `"${plain.replaceAll(/["\\]/gu, String.raw`\$&`)}"`
}

/** A word of `Environment=`, in which a dollar sign is one. */
const assigned = (word: string): string => `"${escaped(word).replaceAll(/["\\]/gu, String.raw`\$&`)}"`

const escaped = (text: string): string => text.replaceAll("%", "%%")
