/** Every metric that the tasks recorded. */

import { countText } from "../document/quantities.ts"
import { MAX_LISTED_STAGES, MAX_LISTED_TASKS, stagesLeftOut, tasksLeftOut } from "./listing.ts"
import { type Markup, markup } from "./Markup.ts"
import { valueText } from "./masthead.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportModel, ReportStage, ReportTask } from "./ReportModel.ts"
import { table } from "./table-markup.ts"

/** A table for each stage that recorded something; nothing when none did. */
export const metricSection = ({ stages }: ReportModel): Markup | undefined => {
  const recording = stages.filter(({ tasks }) => tasks.some(hasMetrics))
  if (recording.length === 0) return undefined
  return markup`<section id="metrics"><h2>Metrics</h2>${recording.slice(0, MAX_LISTED_STAGES).map(stageMetrics)}${stagesLeftOut(recording.length)}</section>`
}

const hasMetrics = ({ metrics }: ReportTask): boolean => Object.keys(metrics).length > 0

const stageMetrics = ({ id, tasks }: ReportStage): Markup => {
  const recording = tasks.filter(hasMetrics)
  const names = [...new Set(recording.flatMap(({ metrics }) => Object.keys(metrics)))]
  const [only] = recording
  return markup`<details data-print><summary><code>${id}</code> <span class="muted">${countText(names.length, "metric")}${
    tasks.length > 1 && ` of ${countText(recording.length, "task")}`
  }</span></summary><div class="inner">${
    only !== undefined && tasks.length === 1 ? listOf(only) : matrixOf(recording.slice(0, MAX_LISTED_TASKS), names)
  }${tasksLeftOut(recording.length)}</div></details>`
}

const listOf = ({ metrics }: ReportTask): Markup =>
  table(
    [{ title: "Metric" }, { title: "Value", isNumeric: true }],
    Object.entries(metrics).map(([name, value]) => ({
      cells: [markup`<code>${name}</code>`, { content: numberText(value), order: value }]
    }))
  )

/** A row for each task: its matrix values, then its metrics. */
const matrixOf = (tasks: ReadonlyArray<ReportTask>, names: ReadonlyArray<string>): Markup => {
  const dimensions = [...new Set(tasks.flatMap(({ matrix }) => Object.keys(matrix)))]
  return table(
    [...dimensions.map((title) => ({ title })), ...names.map((title) => ({ title, isNumeric: true }))],
    tasks.map(({ matrix, metrics }) => ({
      cells: [
        ...dimensions.map((name) => {
          const value = matrix[name]
          const content = value === undefined ? "–" : markup`<code>${valueText(value)}</code>`
          return typeof value === "number" ? { content, order: value } : content
        }),
        ...names.map((name) => {
          const value = metrics[name]
          return value === undefined ? "–" : { content: numberText(value), order: value }
        })
      ]
    }))
  )
}
