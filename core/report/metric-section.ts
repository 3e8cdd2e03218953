/** Every metric that the tasks recorded. */

import { countText } from "../document/quantities.ts"
import { leftOut, MAX_LISTED_STAGES, MAX_METRICS, stagesLeftOut } from "./listing.ts"
import { type Markup, markup } from "./Markup.ts"
import { matrixText } from "./matrix-text.ts"
import { digestLink, fromArtifacts, fromFile } from "./number-origin.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportModel, ReportStage, ReportTask } from "./ReportModel.ts"
import { table } from "./table-markup.ts"

/** A table for each stage that recorded something; nothing when none did. */
export const metricSection = ({ stages }: ReportModel): Markup | undefined => {
  const recording = stages.filter(({ tasks }) => tasks.some(hasMetrics))
  if (recording.length === 0) return undefined
  return markup`<section id="metrics"${fromFile("journal.jsonl")}><h2>Metrics</h2>${recording.slice(0, MAX_LISTED_STAGES).map(stageMetrics)}${stagesLeftOut(recording.length)}</section>`
}

const hasMetrics = ({ metrics }: ReportTask): boolean => Object.keys(metrics).length > 0

const stageMetrics = ({ id, tasks }: ReportStage): Markup => {
  const recording = tasks.filter(hasMetrics)
  const names = [...new Set(recording.flatMap(({ metrics }) => Object.keys(metrics)))]
  const [only] = recording
  const listed = recording.filter(({ anchor }) => anchor !== undefined)
  const columns = only !== undefined && tasks.length === 1 ? names.length : MAX_METRICS
  return markup`<details data-print><summary><code>${id}</code> <span class="muted">${countText(names.length, "metric")}${
    tasks.length > 1 && ` of ${countText(recording.length, "task")}`
  }</span></summary><div class="inner">${
    only !== undefined && tasks.length === 1 ? listOf(only) : matrixOf(id, listed, names.slice(0, MAX_METRICS))
  }${leftOut(names.length, columns, "metric")}${leftOut(recording.length, listed.length, "task")}</div></details>`
}

const digestsOf = ({ outputs }: ReportTask): ReadonlyArray<string> => outputs.map(({ digest }) => digest)

const listOf = (task: ReportTask): Markup =>
  markup`${table(
    `Metrics of ${task.id}`,
    [
      { title: "Metric", isHead: true },
      { title: "Value", isNumeric: true }
    ],
    Object.entries(task.metrics).map(([name, value]) => ({
      cells: [markup`<code>${name}</code>`, { content: numberText(value), order: value }]
    })),
    fromArtifacts(digestsOf(task)) ?? fromFile("journal.jsonl")
  )}<p class="hint">Recorded with ${task.outputs.map(
    ({ port, digest }, index) => markup`${index > 0 && ", "}${port} ${digestLink(digest, task.anchor)}`
  )}</p>`

/** A row for each task: its matrix values, its metrics, and what it gave. */
const matrixOf = (stage: string, tasks: ReadonlyArray<ReportTask>, names: ReadonlyArray<string>): Markup => {
  const dimensions = [...new Set(tasks.flatMap(({ matrix }) => Object.keys(matrix)))]
  const columns = [
    ...dimensions.map((title) => ({ title, isHead: true })),
    ...names.map((title) => ({ title, isNumeric: true })),
    { title: "Recorded with" }
  ]
  return table(
    `Metrics of the tasks of ${stage}`,
    columns,
    tasks.map((task) => ({
      origin: fromArtifacts(digestsOf(task)) ?? fromFile("journal.jsonl"),
      cells: [
        ...dimensions.map((name) => {
          const value = task.matrix[name]
          const content = value === undefined ? "–" : markup`<code>${matrixText(value)}</code>`
          return typeof value === "number" ? { content, order: value } : content
        }),
        ...names.map((name) => {
          const value = task.metrics[name]
          return value === undefined ? "–" : { content: numberText(value), order: value }
        }),
        task.outputs.slice(0, 1).map(({ digest }) => digestLink(digest, task.anchor))
      ]
    }))
  )
}
