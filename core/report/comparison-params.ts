/** Parameters of several runs side by side: those of the pipeline, and those that its file gives to single stages. */
import { countText } from "../document/quantities.ts"
import type { Row } from "../explain/compare-runs.ts"
import { isTold, type TaskParamRow } from "../explain/compare-task-params.ts"
import type { RunValue } from "../explain/RunValues.ts"
import { clipTexts, shortTexts } from "../plan/short-texts.ts"
import type { ComparisonModel } from "./ComparisonModel.ts"
import { runHeads } from "./comparison-runs.ts"
import { type ComparedRow, comparisonTable, folded } from "./comparison-table.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"

/** Rows of a table. */
const MAX_ROWS = 500

/** What differs, and folded away what is alike. */
export const comparedParams = (model: ComparisonModel): Markup | undefined => {
  const { params, taskParams } = model.comparison
  const apart = [...params.filter((row) => !isAlike(row)).map(paramRow), ...taskParams.filter(isTold).map(taskParamRow)]
  const alike = params.filter(isAlike).map(paramRow)
  if (apart.length + alike.length === 0) return undefined
  return markup`<section id="params"><h2>Parameters</h2>
${apart.length === 0 ? markup`<p>All runs have the same.</p>` : tableOf(model, "Parameters that differ", apart)}
${alike.length > 0 && folded(`${countText(alike.length, "parameter")} alike in all runs`, tableOf(model, "Parameters that are alike", alike))}</section>`
}

const isAlike = ({ values: [first, ...others] }: Row<unknown>): boolean => others.every((value) => value === first)

const tableOf = (model: ComparisonModel, caption: string, rows: ReadonlyArray<ComparedRow>): Markup => {
  const rest = rows.length - MAX_ROWS
  return markup`${comparisonTable(caption, ["Parameter", ...runHeads(model)], rows.slice(0, MAX_ROWS))}${rest > 0 && markup`<p class="hint">… and ${countText(rest, "more parameter")}: <code>pipeline diff --json</code> has them all.</p>`}`
}

/** A list is the text that it is written as already. */
const paramRow = ({ name, values }: Row<RunValue>): ComparedRow => ({
  name: nameMarkup(name),
  cells: cellsOf(clipTexts(values.map((value) => (value === null ? undefined : String(value)))))
})

const taskParamRow = ({ name, tasks, values }: TaskParamRow): ComparedRow => ({
  name: markup`${nameMarkup(name)}${tasks.length > 1 && markup`<small>${countText(tasks.length, "task")}</small>`}`,
  cells: cellsOf(shortTexts(values.map((value) => value ?? undefined)))
})

/** Values may be long: of those that have no room it shows where they differ. */
const cellsOf = (texts: ReadonlyArray<string | undefined>): ComparedRow["cells"] =>
  texts.map((text) => (text === undefined ? markup`<span class="away">–</span>` : markup`<code>${text}</code>`))
