/** The reproduction card: ours beside the paper's. */
import { centre, deviationText, expectedText, halfWidth, type Judgement } from "./judge-expectations.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportModel } from "./ReportModel.ts"
import { at } from "./svg-document.ts"
import { type Row, table } from "./table-markup.ts"

/** Every expectation of the profile, met or not; nothing when there are none. */
export const expectationSection = ({ expectations }: ReportModel): Markup | undefined =>
  expectations.length === 0
    ? undefined
    : markup`<section id="card"><h2>Reproduction card</h2>
<p class="hint">Our numbers beside those <span class="badge paper">paper</span> printed in the paper, or computed independently as a <span class="badge reference">reference</span>. A bar shows the accepted range, the dot where ours lies.</p>
<div class="card">${table(COLUMNS, expectations.map(rowOf))}</div></section>`

const COLUMNS = [
  { title: "Metric" },
  { title: "Ours", isNumeric: true },
  { title: "Expected", isNumeric: true },
  { title: "Deviation", isNumeric: true },
  { title: "Origin" },
  { title: "Verdict" }
]

const MARKS = { met: "✓", missed: "✗", "not recorded": "?" } as const

const rowOf = (row: Judgement): Row => {
  const className = row.verdict.replace(" ", "-")
  return {
    className: `row-${className}`,
    cells: [
      markup`<span class="mark ${className}">${MARKS[row.verdict]}</span>${nameMarkup(row.metric)}${explanation(row)}`,
      {
        content: row.measured === undefined ? "–" : markup`<b>${numberText(row.measured)}</b>`,
        order: row.measured ?? 0
      },
      { content: expectedText(row.tolerance), order: centre(row.tolerance) },
      {
        content: markup`${row.deviation === undefined ? "–" : deviationText(row.deviation)}${gauge(row)}`,
        order: row.deviation?.relative ?? row.deviation?.absolute ?? 0
      },
      markup`<span class="badge ${row.origin}">${row.origin}</span>`,
      markup`<span class="verdict ${className}">${row.verdict}</span>${row.verdict !== "met" && markup`<span class="words">${row.words}</span>`}`
    ]
  }
}

/** Where the expected number stands, and what the author of the study says to it. */
const explanation = ({ source, note }: Judgement): Markup =>
  markup`${source !== undefined && markup`<span class="note muted">${source}</span>`}${note !== undefined && markup`<span class="note">${note}</span>`}`

// Lengths in CSS pixels: the gauge's half width, and the part of it that the tolerance takes.
const HALF = 50
const BAND = 22

/** The accepted range as a band, the measured number as a dot; beyond the ends it becomes an arrow head. */
const gauge = ({ tolerance, deviation, verdict }: Judgement): Markup => {
  const [from, to] = tolerance._tag === "AtMost" ? [-HALF, 0] : tolerance._tag === "AtLeast" ? [0, HALF] : [-BAND, BAND]
  const shift = deviation === undefined ? undefined : (deviation.absolute / unitOf(tolerance)) * BAND
  return markup`<svg class="gauge" width="${2 * HALF + 8}" height="18" viewBox="${-HALF - 4} -9 ${2 * HALF + 8} 18" aria-hidden="true"><line class="axis" x1="${-HALF}" x2="${HALF}" y1="0" y2="0"/><rect class="band" x="${from}" y="-6" width="${to - from}" height="12" rx="2"/><line class="centre" x1="0" x2="0" y1="-7" y2="7"/>${
    shift !== undefined && dot(shift, verdict === "met" ? "dot-met" : "dot-missed")
  }</svg>`
}

const dot = (shift: number, className: string): Markup => {
  if (Math.abs(shift) <= HALF) return markup`<circle class="${className}" cx="${at(shift)}" cy="0" r="4"/>`
  const side = Math.sign(shift)
  return markup`<path class="${className}" d="M${side * (HALF + 4)} 0l${-side * 8} -5v10z"/>`
}

/** The difference that fills the band: the tolerance; for a bound its own size. */
const unitOf = (tolerance: Judgement["tolerance"]): number => halfWidth(tolerance) || Math.abs(centre(tolerance)) || 1
