/** Whether a study was reproduced, and what was not. */
import { countText } from "../document/quantities.ts"
import { classOf, expectationAnchor, MARKS, originOf } from "./expectation-section.ts"
import { expectedText } from "./judge-expectations.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"
import { fromFile } from "./number-origin.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportExpectation, ReportModel } from "./ReportModel.ts"
import { summaryOf, unmetWords, worstOf } from "./ReportSummary.ts"

/** Misses that are named, reasons why others were not recorded, and metrics named for one reason; the card has all. */
const [MAX_MISSES, MAX_REASONS, MAX_METRICS] = [8, 4, 3]

interface Placed {
  readonly row: ReportExpectation
  /** Its position among all. */
  readonly index: number
}

/** One sentence, and each miss with why, then what has no number; nothing where nothing was expected. */
export const conclusion = (model: ReportModel): Markup | undefined => {
  if (model.expectations.length === 0) return undefined
  const placed = model.expectations.map((row, index): Placed => ({ row, index }))
  const missed = placed.filter(({ row }) => row.verdict === "missed")
  const reasons = [
    ...Map.groupBy(
      placed.filter(({ row }) => row.verdict === "not recorded"),
      ({ row }) => row.words
    ).values()
  ]
  const worst = worstOf(summaryOf(model))
  const items = [...missed.slice(0, MAX_MISSES).map(miss), ...reasons.slice(0, MAX_REASONS).map(absence)]
  const isWhole = missed.length <= MAX_MISSES && reasons.length <= MAX_REASONS
  return markup`<div class="conclusion ${classOf(worst)}-edge"${fromFile("pipeline.yaml")}><p class="conclusion-words"><span class="${classOf(worst)}" aria-hidden="true">${MARKS[worst]}</span> ${conclusionText(model)}</p>${
    items.length > 0 && markup`<ul class="misses">${items}</ul>`
  }${!isWhole && markup`<p class="hint">The <a href="#card">card</a> has the others.</p>`}</div>`
}

/** `Reproduced: all 26 expectations of profile default are met.`; the expectations are some. */
export const conclusionText = (model: ReportModel): string => {
  const summary = summaryOf(model)
  const { profile } = model.run
  const all = model.expectations.length
  if (summary.met < all) {
    return `${summary.met} of ${countText(all, "expectation")} of profile ${profile} met, ${unmetWords(summary)}.`
  }
  return all === 1
    ? `Reproduced: the one expectation of profile ${profile} is met.`
    : `Reproduced: all ${all} expectations of profile ${profile} are met.`
}

const miss = (placed: Placed): Markup => {
  const { row } = placed
  return markup`<li><span class="missed" aria-hidden="true">${MARKS.missed}</span> ${metricLink(placed)} <span${originOf(row)}>${
    row.measured !== undefined && markup`<b>${numberText(row.measured)}</b>, `
  }${row.words}</span>; expected ${expectedText(row.tolerance)}${row.source !== undefined && ` (${row.source})`}.${row.note !== undefined && markup` <span class="muted">${row.note}</span>`}</li>`
}

/** Those that have no number for one reason. */
const absence = (alike: ReadonlyArray<Placed>): Markup => {
  const rest = alike.length - MAX_METRICS
  return markup`<li><span class="not-recorded" aria-hidden="true">${MARKS["not recorded"]}</span> ${alike
    .slice(0, MAX_METRICS)
    .map(
      (placed, index) => markup`${index > 0 && ", "}${metricLink(placed)}`
    )}${rest > 0 && ` and ${rest} more`} not recorded: ${alike[0]?.row.words}.</li>`
}

const metricLink = ({ row, index }: Placed): Markup =>
  markup`<a href="#${expectationAnchor(index)}">${nameMarkup(row.metric)}</a>`
