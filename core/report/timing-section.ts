/** Where the time went. */
import { describeBytes } from "../codec/describe.ts"
import { durationText } from "../observe/duration.ts"
import { type GanttBar, type GanttRow, ganttDrawing } from "./gantt-svg.ts"
import { type Markup, markup } from "./Markup.ts"
import type { ReportModel, ReportTask } from "./ReportModel.ts"
import { atLeast, stageSummaryOf, summaryOf } from "./ReportSummary.ts"
import { inlineSvg } from "./svg-document.ts"
import { type Cell, type Row, table } from "./table-markup.ts"

/** Two charts of the attempts, by worker and by stage, and a table of the stages. */
export const timingSection = (model: ReportModel): Markup => {
  const { wallMillis } = summaryOf(model)
  return markup`<section id="time"><h2>Time</h2>
${charts(model, wallMillis)}
<p class="hint">Busy is the sum over all attempts, wall the time from the first start to the last end, saved what reused results once took.</p>
${table(COLUMNS, model.stages.map(stageRow))}</section>`
}

/** One row for each worker, in the order of their names. */
const workerRows = (model: ReportModel): ReadonlyArray<GanttRow> => {
  const rows = new Map<string, Array<GanttBar>>()
  for (const [series, stage] of model.stages.entries()) {
    for (const task of stage.tasks) {
      for (const [index, bar] of barsOf(model, task, series).entries()) {
        const worker = task.attempts[index]?.worker ?? ""
        const row = rows.get(worker)
        if (row === undefined) rows.set(worker, [bar])
        else row.push(bar)
      }
    }
  }
  return [...rows]
    .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
    .map(([label, bars]) => ({ label, bars }))
}

/** One row for each stage that ran. */
const stageRows = (model: ReportModel): ReadonlyArray<GanttRow> =>
  model.stages.flatMap((stage, series) => {
    const bars = stage.tasks.flatMap((task) => barsOf(model, task, series))
    return bars.length === 0
      ? []
      : [{ label: stage.id, bars: bars.map((bar) => ({ ...bar, label: shortLabel(bar.label, stage.id) })) }]
  })

const charts = (model: ReportModel, wallMillis: number): Markup => {
  const rows = workerRows(model)
  if (rows.length === 0) return markup`<p>Nothing ran: every result was in the store.</p>`
  const byWorker = ganttDrawing(rows, wallMillis, "Attempts by worker over wall time")
  const byStage = ganttDrawing(stageRows(model), wallMillis, "Attempts by stage over wall time")
  return markup`<div class="wide">${inlineSvg(byWorker)}</div><div class="wide">${inlineSvg(byStage)}</div>`
}

const barsOf = ({ run }: ReportModel, task: ReportTask, series: number): ReadonlyArray<GanttBar> =>
  task.attempts.map(({ number, worker, startedAt, finishedAt, error }) => ({
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
  }))

/** The row says the stage already: a bar in it says only what sets its task apart. */
const shortLabel = (task: string, stage: string): string => (task === stage ? "" : task.slice(stage.length + 1))

const COLUMNS = [
  { title: "Stage" },
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
