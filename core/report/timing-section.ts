/** Where the time went. */
import { describeBytes } from "../codec/describe.ts"
import { countText } from "../document/quantities.ts"
import { durationText } from "../observe/duration.ts"
import { WORTH_TELLING } from "../observe/trace-rows.ts"
import { type GanttBar, type GanttRow, ganttDrawing } from "./gantt-svg.ts"
import { MAX_LISTED_STAGES, stagesLeftOut } from "./listing.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"
import { fromFile } from "./number-origin.ts"
import type { CriticalStep, ReportAttempt, ReportModel, ReportTask } from "./ReportModel.ts"
import { atLeast, stageSummaryOf, summaryOf } from "./ReportSummary.ts"
import { inlineSvg } from "./svg-document.ts"
import { type Cell, type Row, table } from "./table-markup.ts"

/** Two charts of the attempts, by worker and by stage, and a table of the stages. */
export const timingSection = (model: ReportModel): Markup => {
  const { wallMillis } = summaryOf(model)
  return markup`<section id="time"${fromFile("journal.jsonl")}><h2>Time</h2>
${charts(model, wallMillis)}
<p class="hint">Busy is the sum over all attempts, wall the time from the first start to the last end, saved what reused results once took.</p>
${table("Stages and their times", COLUMNS, model.stages.slice(0, MAX_LISTED_STAGES).map(stageRow))}${stagesLeftOut(model.stages.length)}</section>`
}

/** Attempts that are drawn: the longest ones. Of thousands most are narrower than the line around them. */
const MAX_DRAWN_ATTEMPTS = 2000

/** Stages that have a row of their own: those with the longest attempts. */
const MAX_DRAWN_STAGES = 40

interface DrawnAttempt {
  readonly stage: string
  readonly worker: string
  readonly bar: GanttBar
}

/** The attempts that are drawn, in the order of the stages. */
const drawnAttempts = (model: ReportModel): ReadonlyArray<DrawnAttempt> => {
  const critical = new Set(model.criticalPath.map(({ task }) => task))
  const all = model.stages.flatMap((stage, series) =>
    stage.tasks.flatMap((task) => task.attempts.map((attempt) => ({ stage: stage.id, series, task, attempt })))
  )
  const drawn = longest(all, MAX_DRAWN_ATTEMPTS, ({ attempt }) => attempt.finishedAt - attempt.startedAt)
  return drawn.map(({ stage, series, task, attempt }) => ({
    stage,
    worker: attempt.worker,
    bar: { ...barOf(model, task, attempt, series), isCritical: critical.has(task.id) }
  }))
}

/** The longest of some items, in the order of all. */
const longest = <A>(items: ReadonlyArray<A>, most: number, length: (item: A) => number): ReadonlyArray<A> => {
  if (items.length <= most) return items
  const lengths = items.map(length)
  const order = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]!)
  const kept = new Set(order.slice(0, most))
  return items.filter((_, index) => kept.has(index))
}

/** One row for each worker, in the order of their names. */
const workerRows = (attempts: ReadonlyArray<DrawnAttempt>): ReadonlyArray<GanttRow> =>
  [...Map.groupBy(attempts, ({ worker }) => worker)]
    .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
    .map(([label, drawn]) => ({ label, bars: drawn.map(({ bar }) => bar) }))

/** One row for each stage that ran. */
const stageRows = (attempts: ReadonlyArray<DrawnAttempt>): ReadonlyArray<GanttRow> => {
  const rows = [...Map.groupBy(attempts, ({ stage }) => stage)].map(([label, drawn]) => ({
    label,
    bars: drawn.map(({ bar }) => ({ ...bar, label: shortLabel(bar.label, label) }))
  }))
  return longest(rows, MAX_DRAWN_STAGES, ({ bars }) => Math.max(...bars.map(({ from, to }) => to - from)))
}

const charts = (model: ReportModel, wallMillis: number): Markup => {
  const attempts = drawnAttempts(model)
  if (attempts.length === 0) return markup`<p>Nothing ran: every result was in the store.</p>`
  const byWorker = ganttDrawing(workerRows(attempts), wallMillis, "Attempts by worker over wall time")
  const rows = stageRows(attempts)
  const byStage = ganttDrawing(rows, wallMillis, "Attempts by stage over wall time")
  return markup`<div class="wide">${inlineSvg(byWorker)}</div><div class="wide">${inlineSvg(byStage)}</div>${drawnHint(model, rows)}${criticalList(model.criticalPath, model)}`
}

/** Steps of the critical path that are listed: those that took longest. */
const MAX_STEPS = 12

/** In words what the marked bars show. */
const criticalList = (path: ReadonlyArray<CriticalStep>, { run }: ReportModel): Markup | undefined => {
  const [first] = path
  if (first === undefined) return undefined
  const sum = (of: (step: CriticalStep) => number): string =>
    durationText(path.reduce((total, step) => total + of(step), 0))
  const steps = longest(path, MAX_STEPS, ({ readyAt, endedAt }) => endedAt - readyAt)
  return markup`<h3>Critical path</h3>
<p class="hint">What the run waited for, one after the other: ${countText(path.length, "task")}, ${sum(({ startedAt, endedAt }) => endedAt - startedAt)} of work and ${sum(({ readyAt, startedAt }) => startedAt - readyAt)} of waiting for a worker, in ${durationText(run.finishedAt - run.startedAt)} of wall time. A dark line below its bars marks it in the charts.${steps.length < path.length && ` The ${steps.length} longest are listed.`}</p>
<ol class="steps">${steps.map(
    ({ task, anchor, readyAt, startedAt, endedAt }) =>
      markup`<li>${anchor === undefined ? nameMarkup(task) : markup`<a href="#${anchor}">${nameMarkup(task)}</a>`} ${durationText(endedAt - startedAt)}${
        startedAt - readyAt >= WORTH_TELLING &&
        markup` <span class="muted">after ${durationText(startedAt - readyAt)} of waiting</span>`
      }</li>`
  )}</ol>`
}

/** That not all is drawn. */
const drawnHint = ({ stages }: ReportModel, rows: ReadonlyArray<GanttRow>): Markup | undefined => {
  const count = stages.reduce((sum, { tasks }) => tasks.reduce((part, { attempts }) => part + attempts.length, sum), 0)
  const drawn = rows.reduce((sum, { bars }) => sum + bars.length, 0)
  return drawn === count
    ? undefined
    : markup`<p class="hint">Of ${countText(count, "attempt")} the longest are drawn.</p>`
}

const barOf = (
  { run }: ReportModel,
  task: ReportTask,
  { number, worker, startedAt, finishedAt, error }: ReportAttempt,
  series: number
): Omit<GanttBar, "isCritical"> => ({
  label: task.id,
  series,
  from: startedAt - run.startedAt,
  to: finishedAt - run.startedAt,
  isFailed: error !== undefined,
  title: [
    number > 1 ? `${task.id}, attempt ${number}` : task.id,
    durationText(finishedAt - startedAt),
    worker,
    error?.message
  ]
    .filter(Boolean)
    .join("\n")
})

/** The row says the stage already: a bar in it says only what sets its task apart. */
const shortLabel = (task: string, stage: string): string => (task === stage ? "" : task.slice(stage.length + 1))

const COLUMNS = [
  { title: "Stage", isHead: true },
  ...["Tasks", "Ran", "Cached", "Failed", "Busy", "CPU", "Wall", "Longest", "Peak memory", "Saved"].map((title) => ({
    title,
    isNumeric: true
  }))
]

const stageRow = (stage: ReportModel["stages"][number]): Row => {
  const sums = stageSummaryOf(stage)
  const { done, hit, failed } = sums.counts
  return {
    cells: [
      markup`<code>${stage.id}</code> <span class="muted">${stage.stageType}</span>`,
      numbered(stage.tasks.length),
      numbered(done ?? 0),
      numbered(hit ?? 0),
      failed === undefined ? numbered(0) : { content: markup`<b class="missed">${failed}</b>`, order: failed },
      timed(sums.busyMillis),
      { content: atLeast(sums.isCpuPartial, timeText(sums.cpuMillis)), order: sums.cpuMillis },
      timed(sums.wallMillis),
      timed(sums.longestMillis),
      {
        content: atLeast(sums.isMemoryPartial, sums.peakMemory > 0 ? describeBytes(sums.peakMemory) : "–"),
        order: sums.peakMemory
      },
      timed(sums.savedMillis)
    ]
  }
}

const numbered = (count: number): Cell => ({ content: count === 0 ? "–" : count, order: count })

const timed = (millis: number): Cell => ({ content: timeText(millis), order: millis })

const timeText = (millis: number): string => (millis > 0 ? durationText(millis) : "–")
