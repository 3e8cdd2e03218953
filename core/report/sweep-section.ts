/** Sweeps: how the metrics of a stage depend on the dimensions of its matrix. */
import { countText } from "../document/quantities.ts"
import type { Aggregate } from "../explain/aggregate.ts"
import type { ReportSweep } from "./collect-sweeps.ts"
import { figurePlate } from "./figure-plate.ts"
import { cutText, leftOut, MAX_METRICS } from "./listing.ts"
import { type Markup, markup } from "./Markup.ts"
import { matrixText } from "./matrix-text.ts"
import { fromArtifacts, fromFile } from "./number-origin.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportModel } from "./ReportModel.ts"
import type { Sweep, SweepGroup } from "./Sweep.ts"
import { type Cell, table } from "./table-markup.ts"

/** Nothing where no stage has a matrix whose tasks recorded something that differs. */
export const sweepSection = ({ sweeps }: ReportModel): Markup | undefined =>
  sweeps.length === 0
    ? undefined
    : markup`<section id="sweeps"${fromFile("journal.jsonl")}><h2>Sweeps</h2>${sweeps.map(sweepMarkup)}</section>`

const sweepMarkup = ({ sweep, figures }: ReportSweep): Markup => {
  const { stage, replicates } = sweep
  return markup`<h3><code>${stage}</code></h3>
${figures.map(({ title, over, image }) => {
  const words = `${title}: the metrics of ${stage}; the table below has the numbers`
  return markup`<figure>${figurePlate(image, { words, reference: stage })}<figcaption><b>${title}.</b> ${countText(sweep.metrics.length, "metric")} of ${countText(taskCount(sweep), "task")}${overText(over)}</figcaption></figure>`
})}
<details data-print${figures.length === 0 && markup` open`}><summary>The numbers of <code>${stage}</code>${overText(replicates)}</summary><div class="inner">${numbersOf(sweep)}</div></details>`
}

const overText = (dimensions: ReadonlyArray<string>): string =>
  dimensions.length === 0 ? "" : `: mean and standard deviation over ${dimensions.join(", ")}`

const taskCount = ({ groups }: Sweep): number => groups.reduce((sum, { tasks }) => sum + tasks.length, 0)

/** Rows of a table; tasks that differ in seeds alone share one. */
const MAX_ROWS = 200

/** A row for each combination of what is not averaged over. */
const numbersOf = ({ stage, dimensions, metrics, groups }: Sweep): Markup =>
  markup`${table(
    `Metrics of ${stage} by ${dimensions.map(({ name }) => name).join(", ") || "nothing"}`,
    [
      ...dimensions.map(({ name }) => ({ title: name, isHead: true })),
      { title: "Tasks", isNumeric: true },
      ...metrics.slice(0, MAX_METRICS).map((title) => ({ title, isNumeric: true }))
    ],
    groups.slice(0, MAX_ROWS).map((group) => ({
      origin: originOf(group),
      cells: [
        ...group.at.map((value): Cell => {
          if (value === undefined) return "–"
          const content = markup`<code>${cutText(matrixText(value))}</code>`
          return typeof value === "number" ? { content, order: value } : content
        }),
        { content: group.tasks.length, order: group.tasks.length },
        ...group.metrics
          .slice(0, MAX_METRICS)
          .map((value): Cell => (value === undefined ? "–" : { content: aggregateText(value), order: value.mean }))
      ]
    }))
  )}${leftOut(groups.length, MAX_ROWS, "combination")}${leftOut(metrics.length, MAX_METRICS, "metric")}`

/** Tasks whose artifacts a row names; numbers of more are those of the journal. */
const MAX_NAMED = 20

const originOf = ({ tasks }: SweepGroup): Markup =>
  (tasks.length <= MAX_NAMED
    ? fromArtifacts(tasks.flatMap(({ outputs }) => outputs.map(({ digest }) => digest)))
    : undefined) ?? fromFile("journal.jsonl")

/** The number of tasks stands in a column of its own: what is less than that is said. */
const aggregateText = ({ mean, deviation, count, of }: Aggregate): string => {
  const spread = deviation === undefined ? "" : ` ± ${numberText(Number(deviation.toPrecision(2)))}`
  return `${numberText(mean)}${spread}${count < of && of > 1 ? ` (${count} of ${of})` : ""}`
}
