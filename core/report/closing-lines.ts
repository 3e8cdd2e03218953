/** The last lines of a run: what to look at next. At most seven, below the line with the counts. */
import { countText } from "../document/quantities.ts"
import { durationText } from "../observe/duration.ts"
import { clipName, symbolsOf } from "../observe/terminal-style.ts"
import { nameOf } from "../record/RunFolder.ts"
import type { Closing } from "./closing-line.ts"
import { expectedText } from "./judge-expectations.ts"
import { numberText } from "./quantity-text.ts"
import { type ReportModel, type ReportTask, tasksOf } from "./ReportModel.ts"
import { stageSummaryOf, summaryOf } from "./ReportSummary.ts"

/** Failed tasks that have a line; missed expectations and slow stages in one. */
const MAX_FAILED = 2
const MAX_MISSED = 2
const MAX_SLOW = 3

/** Milliseconds that a person notices. */
const NOTICED = 200

/** Nothing where nothing ran and all is well: then the counts say it all. `html` is the page of the run. */
export const closingLines = (model: ReportModel, html: string): ReadonlyArray<Closing> => [
  ...failures(model, html),
  ...unmet(model),
  ...slowest(model),
  ...saving(model),
  ...next(model)
]

/** What a run that repeats this one has to say again: nothing where every expectation is met. */
export const standingLines = (model: ReportModel): ReadonlyArray<Closing> => {
  const lines = unmet(model)
  return lines.length === 0 ? [] : [...lines, ...next(model)]
}

const failures = (model: ReportModel, html: string): ReadonlyArray<Closing> => {
  const tasks = tasksOf(model)
  const failed = tasks.filter(({ status }) => status === "failed")
  if (failed.length === 0) return []
  const skipped = tasks.filter(({ status }) => status === "skipped").length
  const rest = failed.length - MAX_FAILED
  const more = rest > 0 ? `${countText(rest, "more task")}: ` : ""
  const look = [`${more}pipeline show ${nameOf(model.run.id)}`, `${html}#failures`]
  return [
    ...failed
      .slice(0, MAX_FAILED)
      .map((task): Closing => ({ word: "failed", tone: "bad", parts: [failureText(task)] })),
    { word: "", tone: "plain", parts: look },
    ...(skipped === 0
      ? []
      : [
          { word: "skipped", tone: "warn", parts: [`${countText(skipped, "task")} did not run because of it`] } as const
        ])
  ]
}

const failureText = ({ id, attempts }: ReportTask): string => {
  const error = attempts.findLast((attempt) => attempt.error !== undefined)?.error
  const [message = ""] = (error?.message ?? "").split("\n")
  return error === undefined
    ? shortName(id)
    : `${shortName(id)}: ${error.tag === "Error" ? "" : `${error.tag}: `}${message}`
}

/** Characters of a name: what is said of it matters too. */
const LONGEST_NAME = 32

const shortName = (name: string): string => clipName(name, LONGEST_NAME, symbolsOf({ color: false, unicode: true }))

const unmet = (model: ReportModel): ReadonlyArray<Closing> => [...misses(model), ...absences(model)]

const misses = ({ expectations }: ReportModel): ReadonlyArray<Closing> => {
  const missed = expectations.filter(({ verdict }) => verdict === "missed")
  if (missed.length === 0) return []
  const rest = missed.length - MAX_MISSED
  const parts = missed.slice(0, MAX_MISSED).map(({ metric, measured, tolerance, every }) => {
    const value = measured === undefined ? "nothing" : numberText(measured)
    const whose = every === undefined ? "" : ` at worst, missed by ${every.missed} of ${every.tasks} tasks`
    return `${shortName(metric)} is ${value}${whose}, expected ${expectedText(tolerance)}`
  })
  return [{ word: "missed", tone: "bad", parts: [...parts, ...(rest > 0 ? [`${rest} more`] : [])] }]
}

/** What has no number; of a run that failed the lines on its failures say why. */
const absences = ({ run, expectations }: ReportModel): ReadonlyArray<Closing> => {
  const absent = expectations.filter(({ verdict }) => verdict === "not recorded")
  if (absent.length === 0 || run.outcome === "failure") return []
  const rest = absent.length - MAX_MISSED
  const parts = absent.slice(0, MAX_MISSED).map(({ metric, words }) => `${shortName(metric)} is not recorded: ${words}`)
  return [{ word: "absent", tone: "bad", parts: [...parts, ...(rest > 0 ? [`${rest} more`] : [])] }]
}

/** Of a run that took a while the stages that did, where there are several. */
const slowest = ({ stages }: ReportModel): ReadonlyArray<Closing> => {
  const busy = stages
    .map((stage) => ({ id: stage.id, millis: stageSummaryOf(stage).busyMillis }))
    .filter(({ millis }) => millis >= NOTICED)
    .sort((a, b) => b.millis - a.millis)
  if (busy.length < 2) return []
  const parts = busy.slice(0, MAX_SLOW).map(({ id, millis }) => `${shortName(id)} ${durationText(millis)}`)
  return [{ word: "slowest", tone: "dim", parts }]
}

const saving = (model: ReportModel): ReadonlyArray<Closing> => {
  const { counts, savedMillis } = summaryOf(model)
  if (savedMillis < NOTICED) return []
  const cached = countText(counts.hit ?? 0, "cached result")
  return [{ word: "saved", tone: "dim", parts: [`${durationText(savedMillis)}, which ${cached} once took`] }]
}

const next = ({ run }: ReportModel): ReadonlyArray<Closing> =>
  run.outcome === "success"
    ? [{ word: "next", tone: "dim", parts: ["pipeline report --open", "pipeline trace", "pipeline report --compare"] }]
    : []
