/** Where the time of several runs went, and on which code and machine they ran. */
import { countText } from "../document/quantities.ts"
import type { CodeRow, Row } from "../explain/compare-runs.ts"
import { durationText } from "../observe/duration.ts"
import type { ComparisonModel } from "./ComparisonModel.ts"
import { runHeads } from "./comparison-runs.ts"
import { type ComparedRow, comparisonTable, folded } from "./comparison-table.ts"
import { MAX_LISTED_STAGES } from "./listing.ts"
import { type Insertion, type Markup, markup, nameMarkup } from "./Markup.ts"

/** Milliseconds of each stage; nothing where all was found in the store. */
export const comparedTimings = (model: ComparisonModel): Markup | undefined => {
  const { timings } = model.comparison
  if (timings.length === 0) return undefined
  const rest = timings.length - MAX_LISTED_STAGES
  return markup`<section id="time"><h2>Time</h2>
<p class="hint">What tasks of a stage were computed for, one after the other; – where a run found their results in the store.</p>
${comparisonTable("Time by stage", ["Stage", ...runHeads(model)], timings.slice(0, MAX_LISTED_STAGES).map(timingRow))}
${rest > 0 && markup`<p class="hint">… and ${countText(rest, "more stage")}.</p>`}</section>`
}

const timingRow = ({ name, values }: Row<number>): ComparedRow => ({
  name: name === WHOLE ? "the whole run" : nameMarkup(name),
  cells: values.map((value): Insertion => (value === null ? markup`<span class="away">–</span>` : durationText(value)))
})

/** The name of the run as a whole among the timings. */
const WHOLE = "(run)"

/** Letters of a digest that tell it from others. */
const SHORT = 12

/** Code identities, devices and the environment: what differs, and folded away what is alike. */
export const comparedCode = (model: ComparisonModel): Markup => {
  const { code, devices, environment } = model.comparison
  const rows = [
    ...code.map((row) => ({ row, cells: codeRow(row) })),
    ...devices.map((row) => ({ row, cells: { ...plainRow(row), name: markup`device of ${nameMarkup(row.name)}` } })),
    ...environment.map((row) => ({ row, cells: plainRow(row) }))
  ]
  const isAlike = ({ values: [first, ...others] }: Row<unknown>): boolean => others.every((value) => value === first)
  const apart = rows.filter(({ row }) => !isAlike(row)).slice(0, MAX_LISTED_STAGES)
  const alike = rows.filter(({ row }) => isAlike(row)).slice(0, MAX_LISTED_STAGES)
  const heads = ["", ...runHeads(model)]
  return markup`<section id="code"><h2>Code and machine</h2>
${
  apart.length === 0
    ? markup`<p>All runs had the same.</p>`
    : comparisonTable(
        "Code and machine, where they differ",
        heads,
        apart.map(({ cells }) => cells)
      )
}
${
  alike.length > 0 &&
  folded(
    `${alike.length} alike in all runs`,
    comparisonTable(
      "Code and machine, where they are alike",
      heads,
      alike.map(({ cells }) => cells)
    )
  )
}</section>`
}

const codeRow = ({ name, values, changes }: CodeRow): ComparedRow => ({
  name: markup`code of ${nameMarkup(name)}`,
  cells: values.map(
    (value, index): Insertion =>
      value === null
        ? markup`<span class="away">–</span>`
        : markup`<code title="${value}">${value.slice(0, SHORT)}</code>${(changes[index] ?? []).map((change) => markup`<small class="words">${change}</small>`)}`
  )
})

const plainRow = ({ name, values }: Row<string>): ComparedRow => ({
  name,
  cells: values.map((value): Insertion => value ?? markup`<span class="away">–</span>`)
})
