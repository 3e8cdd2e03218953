/** The reproduction cards of several runs as one. */
import type { ComparedExpectation, ComparisonModel } from "./ComparisonModel.ts"
import { runHeads } from "./comparison-runs.ts"
import { type ComparedRow, comparisonTable } from "./comparison-table.ts"
import { expectedText, type Judgement } from "./judge-expectations.ts"
import { type Insertion, type Markup, markup, nameMarkup } from "./Markup.ts"
import { numberText } from "./quantity-text.ts"

/** A row for each expectation that any of the runs has; nothing where none has any. */
export const comparedExpectations = (model: ComparisonModel): Markup | undefined =>
  model.expectations.length === 0
    ? undefined
    : markup`<section id="card"><h2>Reproduction card</h2>
${comparisonTable("Expectations and what became of them", ["Metric", "Expected", ...runHeads(model)], model.expectations.map(rowOf))}</section>`

const rowOf = ({ expected, judgements }: ComparedExpectation): ComparedRow => ({
  name: markup`${nameMarkup(expected.metric.value)}${expected.source !== undefined && markup`<small>${expected.source}</small>`}`,
  cells: [
    markup`${expectedText(expected.tolerance)}<small><span class="badge ${expected.origin}">${expected.origin}</span></small>`,
    ...judgements.map(verdictOf)
  ]
})

const MARKS = { met: "✓", missed: "✗", "not recorded": "?" } as const

const verdictOf = (judgement: Judgement | undefined): Insertion => {
  if (judgement === undefined) return markup`<span class="away" title="not expected in its profile">–</span>`
  const { verdict, measured, words } = judgement
  return markup`${measured === undefined ? "–" : numberText(measured)}<small class="${verdict.replace(" ", "-")}" title="${words}">${MARKS[verdict]} ${verdict}</small>`
}
