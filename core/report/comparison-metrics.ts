/** Metrics of several runs side by side: how far they lie apart, and which is the better where that is known. */

import type { Tolerance } from "../document/PipelineDocument.ts"
import { countText } from "../document/quantities.ts"
import type { Row } from "../explain/compare-runs.ts"
import type { ComparisonModel } from "./ComparisonModel.ts"
import { runHeads } from "./comparison-runs.ts"
import { type ComparedRow, comparisonTable, folded } from "./comparison-table.ts"
import { distance } from "./goal.ts"
import { expectedText } from "./judge-expectations.ts"
import { type Insertion, type Markup, markup, nameMarkup } from "./Markup.ts"
import { numberText, signedPercentText, signedText } from "./quantity-text.ts"

/** Rows of a table: a browser opens what a person can read. */
const MAX_ROWS = 1000

/** Runs up to which each value says how far it lies from that of the first. */
const MAX_TOLD = 6

/** A table of the metrics that differ, and folded away one of those that are alike; nothing where there are none. */
export const comparedMetrics = (model: ComparisonModel): Markup | undefined => {
  const { goals, runs } = model
  const { metrics } = model.comparison
  if (metrics.length === 0) return undefined
  const ordered = metrics.toSorted((a, b) => rankOf(a, goals) - rankOf(b, goals))
  const [apart, alike] = [ordered.filter(isApart), ordered.filter((row) => !isApart(row))]
  return markup`<section id="metrics"><h2>Metrics</h2>
<p class="hint">${countText(apart.length, "metric")} of ${metrics.length} differ.${runs.length <= MAX_TOLD && " Differences are taken from the first run, A."}${model.goals.size > 0 && markup` <span class="best">best</span> is the value that comes nearest to what is expected, on the right side of it where a bound is.`}</p>
${apart.length > 0 && tableOf(model, "Metrics that differ", apart)}
${alike.length > 0 && folded(`${countText(alike.length, "metric")} alike in all runs`, tableOf(model, "Metrics that are alike", alike))}</section>`
}

/** What somebody expects something of comes first, what only some runs have last. */
const rankOf = ({ name, values }: Row<number>, goals: ComparisonModel["goals"]): number => {
  if (goals.has(name)) return 0
  return values.includes(null) ? 2 : 1
}

const isApart = ({ values: [first, ...others] }: Row<number>): boolean =>
  others.some((value) => !Object.is(value, first))

const tableOf = (model: ComparisonModel, caption: string, rows: ReadonlyArray<Row<number>>): Markup => {
  const [first, second, ...others] = model.runs
  const isPair = first !== undefined && second !== undefined && others.length === 0
  const extra = isPair ? ["B − A", "relative"] : []
  const table = comparisonTable(
    caption,
    ["Metric", ...runHeads(model), ...extra],
    rows.slice(0, MAX_ROWS).map((row) => rowOf(row, model, isPair))
  )
  const rest = rows.length - MAX_ROWS
  const more =
    rest > 0 &&
    markup`<p class="hint">… and ${countText(rest, "more metric")}: <code>pipeline diff --only metrics --json</code> has them all.</p>`
  return markup`${table}${more}`
}

const rowOf = ({ name, values }: Row<number>, { goals, runs }: ComparisonModel, isPair: boolean): ComparedRow => {
  const goal = goals.get(name)
  const best = goal === undefined ? new Set() : bestOf(values, goal)
  const [first = null, second = null] = values
  const cells = values.map((value, index): Insertion => {
    if (value === null) return markup`<span class="away">–</span>`
    const isTold = !isPair && index > 0 && runs.length <= MAX_TOLD && first !== null && !Object.is(value, first)
    return markup`${best.has(index) && markup`<span class="best">best</span>`}${numberText(value)}${isTold && markup`<small>${differenceText(first, value)}</small>`}`
  })
  return {
    name: markup`${nameMarkup(name)}${goal !== undefined && markup`<small>expected ${expectedText(goal)}</small>`}`,
    cells: [...cells, ...(isPair ? [absoluteText(first, second), relativeText(first, second)] : [])]
  }
}

/** Runs whose value is nearest to the goal; none where all are as near. */
const bestOf = (values: ReadonlyArray<number | null>, goal: Tolerance): ReadonlySet<number> => {
  const distances = values.map((value) => (isNumber(value) ? distance(goal, value) : Number.NaN))
  const told = distances.filter((each) => !Number.isNaN(each))
  const least = Math.min(...told)
  if (told.length < 2 || told.every((each) => each === least)) return new Set()
  return new Set([...distances.keys()].filter((index) => distances[index] === least))
}

/** A run may not have a metric, and one may have diverged. */
const isNumber = (value: number | null): value is number => value !== null && Number.isFinite(value)

const absoluteText = (a: number | null, b: number | null): string =>
  isNumber(a) && isNumber(b) && !Object.is(a, b) ? signedText(b - a) : ""

const relativeText = (a: number | null, b: number | null): string =>
  isNumber(a) && isNumber(b) && a !== 0 && !Object.is(a, b) ? signedPercentText((b - a) / Math.abs(a)) : ""

const differenceText = (a: number, b: number): string => {
  const relative = relativeText(a, b)
  return relative === "" ? absoluteText(a, b) : `${absoluteText(a, b)} (${relative})`
}
