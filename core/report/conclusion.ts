/** Whether a study was reproduced, and what was not. */
import { countText } from "../document/quantities.ts"
import { classOf, expectationAnchor, MARKS, originOf } from "./expectation-section.ts"
import { expectedText } from "./judge-expectations.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"
import { fromFile } from "./number-origin.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportExpectation, ReportModel } from "./ReportModel.ts"
import { summaryOf, unmetWords, worstOf } from "./ReportSummary.ts"

/** Misses that are named; the card has all. */
const MAX_NAMED = 8

/** One sentence, and each miss with why; nothing where nothing was expected. */
export const conclusion = (model: ReportModel): Markup | undefined => {
  if (model.expectations.length === 0) return undefined
  const apart = model.expectations.flatMap((row, index) => (row.verdict === "met" ? [] : [{ row, index }]))
  const worst = worstOf(summaryOf(model))
  return markup`<div class="conclusion ${classOf(worst)}-edge"${fromFile("pipeline.yaml")}><p class="conclusion-words"><span class="${classOf(worst)}" aria-hidden="true">${MARKS[worst]}</span> ${conclusionText(model)}</p>${
    apart.length > 0 && markup`<ul class="misses">${apart.slice(0, MAX_NAMED).map(miss)}</ul>`
  }${apart.length > MAX_NAMED && markup`<p class="hint">… and ${apart.length - MAX_NAMED} more in the <a href="#card">card</a>.</p>`}</div>`
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

const miss = ({ row, index }: { readonly row: ReportExpectation; readonly index: number }): Markup =>
  markup`<li><span class="${classOf(row.verdict)}" aria-hidden="true">${MARKS[row.verdict]}</span> <a href="#${expectationAnchor(index)}">${nameMarkup(row.metric)}</a> <span${originOf(row)}>${
    row.measured === undefined
      ? markup`not recorded: ${row.words}`
      : markup`<b>${numberText(row.measured)}</b>, ${row.words}`
  }</span>; expected ${expectedText(row.tolerance)}${row.source !== undefined && ` (${row.source})`}.${row.note !== undefined && markup` <span class="muted">${row.note}</span>`}</li>`
