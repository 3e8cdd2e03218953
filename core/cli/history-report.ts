/** `pipeline report --history`: a page on the metrics of all runs of a pipeline. */
import { join } from "node:path"
import { Effect } from "effect"
import { countText } from "../document/quantities.ts"
import { REPORT_FILES } from "../document/report-files.ts"
import { suggestion } from "../document/suggestion.ts"
import { nameOf, type RunFolder } from "../record/RunFolder.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { runsOfPipeline, startOf } from "../record/runs-of-pipeline.ts"
import { collectHistory } from "../report/collect-history.ts"
import type { ExplainedShift, HistoryModel } from "../report/HistoryModel.ts"
import { renderHistory, shiftText, UNRECORDED } from "../report/history-page.ts"
import { writeDurably } from "../store/durable.ts"
import { EXIT } from "./exit-status.ts"
import { openInBrowser } from "./open-in-browser.ts"
import { print, printJson } from "./output.ts"
import { reportsFolder } from "./Settings.ts"
import { planningLayer } from "./services.ts"
import { UsageError } from "./UsageError.ts"

export interface HistoryChoices {
  /** A pipeline by its name or its file, or a run of it. */
  readonly subject: string
  readonly open: boolean
  readonly json: boolean
}

/** Writes the page, and tells where metrics shifted. */
export const historyReport = ({ subject, open, json }: HistoryChoices) =>
  Effect.gen(function* () {
    const history = yield* RunHistory
    const folders = yield* history.list
    const name = yield* pipelineOf(folders, subject)
    const model = yield* collectHistory(name, yield* runsOfPipeline(folders, name))
    const html = join(reportsFolder(name), REPORT_FILES.comparisons, "history.html")
    yield* writeDurably(html, renderHistory(model))
    if (json) printJson({ pipeline: name, html, profiles: model.profiles.map(shownProfile), leftOut: model.leftOut })
    else print(`${summaryOf(model)}\n${html}`)
    if (open) openInBrowser(html)
    return EXIT.success
  }).pipe(Effect.provide(planningLayer))

/** The pipeline that goes by this name or file, of the latest run that has it; else that of the run that is meant. */
const pipelineOf = Effect.fnUntraced(function* (folders: ReadonlyArray<RunFolder>, subject: string) {
  const history = yield* RunHistory
  const known = new Set<string>()
  for (const folder of subject === "latest" ? [] : folders) {
    const start = yield* startOf(folder)
    if (start?.pipeline === subject || start?.file === subject) return start.pipeline
    if (start !== undefined) known.add(start.pipeline)
  }
  const hint = known.size === 0 ? undefined : suggestion(subject, "pipelines", [...known])
  const folder = yield* Effect.mapError(history.resolve(subject), (error) =>
    error._tag === "RunUnknown" && hint !== undefined
      ? new UsageError({ reason: `no pipeline, file or run is called "${subject}"; ${hint}` })
      : error
  )
  const start = yield* startOf(folder)
  return start?.pipeline ?? (yield* history.plan(folder)).name
})

const shownProfile = ({ profile, runs, metrics }: HistoryModel["profiles"][number]) => ({
  profile,
  runs: runs.map(({ id, at, outcome }) => ({ run: id, startedAt: at, outcome })),
  metrics: metrics.map(({ name, course, shifts }) => ({
    metric: name,
    values: valuesByRun(runs.length, [...course.readings, ...course.diverged]),
    noise: course.noise ?? null,
    outliers: course.outliers.map((run) => runs[run]?.id),
    shifts: shifts.map(({ before, after, from, to, causes }) => ({
      ...{ before: runs[before]?.id, after: runs[after]?.id, from, to },
      causes: causes ?? null
    }))
  }))
})

const valuesByRun = (count: number, readings: ReadonlyArray<{ readonly run: number; readonly value: number }>) => {
  const values = new Array<number | null>(count).fill(null)
  for (const { run, value } of readings) values[run] = value
  return values
}

/** Runs with shifts that are printed, the latest ones; the page has them all. */
const MAX_PRINTED = 12

const summaryOf = (model: HistoryModel): string => {
  if (model.profiles.length === 0) return `${model.pipeline}: ${UNRECORDED}`
  const lines = model.profiles.flatMap(({ profile, runs, metrics }) => {
    const shifts = metrics.flatMap(({ name, shifts }) => shifts.map((shift) => ({ name, shift })))
    const byRun = [...Map.groupBy(shifts, ({ shift }) => shift.after)].sort(([a], [b]) => b - a)
    return [
      `profile ${profile}: ${countText(runs.length, "run")}, ${countText(metrics.length, "metric")}, shifts in ${countText(byRun.length, "run")}`,
      ...byRun.slice(0, MAX_PRINTED).flatMap(([run, moved]) => runLines(runs[run]?.id ?? "", moved)),
      ...(byRun.length > MAX_PRINTED ? [`  … and ${byRun.length - MAX_PRINTED} earlier runs`] : [])
    ]
  })
  return [model.pipeline, ...lines].join("\n")
}

interface Moved {
  readonly name: string
  readonly shift: ExplainedShift
}

/** What was changed, and a metric for all that moved: the first one, of which something is expected if it is of any. */
const runLines = (run: string, moved: ReadonlyArray<Moved>): ReadonlyArray<string> => {
  const [first, ...others] = moved
  if (first === undefined) return []
  const causes = [...new Set(moved.flatMap(({ shift }) => shift.causes ?? []).map(({ phrase }) => phrase))]
  const [cause, ...further] = causes
  const why =
    cause === undefined
      ? ""
      : `: ${cause}${further.length === 0 ? "" : ` and ${countText(further.length, "more change")}`}`
  const rest = others.length === 0 ? "" : ` and ${countText(others.length, "more metric")}`
  return [`  ${nameOf(run)}${why}`, `    ${first.name} ${shiftText(first.shift)}${rest}`]
}
