/** The reproduction card: ours beside the paper's. */
import {
  centre,
  type Deviation,
  deviationText,
  expectedText,
  halfWidth,
  type Judgement,
  type Verdict
} from "./judge-expectations.ts"
import { leftOut, MAX_EXPECTATIONS } from "./listing.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"
import { digestLink, fromArtifacts, fromFile } from "./number-origin.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportExpectation, ReportModel } from "./ReportModel.ts"
import { at } from "./svg-document.ts"
import { type Row, table } from "./table-markup.ts"

/** Every expectation of the profile, met or not; nothing when there are none. */
export const expectationSection = ({ expectations }: ReportModel): Markup | undefined =>
  expectations.length === 0
    ? undefined
    : markup`<section id="card"${fromFile("pipeline.yaml")}><h2>Reproduction card</h2>
<p class="hint">Our numbers beside those <span class="badge paper">paper</span> printed in the paper, or computed independently as a <span class="badge reference">reference</span>. A bar shows the accepted range, the dot where ours lies. Below each of our numbers stands the digest of what the same execution gave: <code>pipeline get DIGEST FILE</code> takes it out of the store.</p>
<div class="card">${table(
        "Expectations and what was measured",
        COLUMNS,
        [...listedExpectations(expectations)].sort((a, b) => a - b).map((index) => rowOf(expectations[index]!, index))
      )}</div>${leftOut(expectations.length, MAX_EXPECTATIONS, "expectation")}</section>`

/** Positions of the expectations that have a row in the card: of very many those that are not met come first. */
export const listedExpectations = (expectations: ReadonlyArray<ReportExpectation>): ReadonlySet<number> => {
  const isMet = (index: number): number => Number(expectations[index]?.verdict === "met")
  const order = [...expectations.keys()].toSorted((a, b) => isMet(a) - isMet(b) || a - b)
  return new Set(order.slice(0, MAX_EXPECTATIONS))
}

const COLUMNS = [
  { title: "Metric", isHead: true },
  { title: "Expected", isNumeric: true },
  { title: "Ours", isNumeric: true },
  { title: "Deviation", isNumeric: true },
  { title: "Verdict" }
]

/** CSS pixels up to which the card would have to be scrolled sideways, and up to which four values have no room side by side. */
const [NARROW, NARROWEST] = [960, 600]

/** In a narrow window an expectation is a block: its values stand side by side, each below its name. */
export const cardStyle = (): string => {
  const stacked = [
    ".card table,.card tbody{display:block}.card thead{display:none}",
    ".card tbody tr{display:grid;grid-template-columns:repeat(4,1fr);gap:7px 14px;padding:12px 0 12px 10px;border-left:3px solid transparent;border-bottom:1px solid var(--line)}",
    ".card tbody tr:last-child{border-bottom:0}",
    ".card tbody th[scope=row]{grid-column:1/-1;border:0;padding:0}",
    ".card tbody td{border:0;padding:0;text-align:left;white-space:normal;overflow-wrap:anywhere}",
    ".card td::before{display:block;color:var(--muted);font-size:.8rem}",
    ...COLUMNS.map(({ title }, index) => `.card td:nth-child(${index + 1})::before{content:"${title}"}`),
    ".card .row-met{border-left-color:var(--met)}.card .row-missed{border-left-color:var(--missed)}.card .row-not-recorded{border-left-color:var(--absent)}",
    ".card .note{min-width:0}.gauge{margin-left:0}"
  ]
  return `@media screen and (max-width:${NARROW}px){${stacked.join("")}}
@media screen and (max-width:${NARROWEST}px){.card tbody tr{grid-template-columns:1fr 1fr}}`
}

/** A sign for each verdict, so that none hangs on its colour. */
export const MARKS = { met: "✓", missed: "✗", "not recorded": "?" } as const

/** The class of a verdict. */
export const classOf = (verdict: Verdict): string => verdict.replace(" ", "-")

/** The element of an expectation on the page, by its position. */
export const expectationAnchor = (index: number): string => `expectation-${index + 1}`

const rowOf = (row: ReportExpectation, index: number): Row => ({
  id: expectationAnchor(index),
  className: `row-${classOf(row.verdict)}`,
  cells: [
    markup`<span class="mark ${classOf(row.verdict)}" aria-hidden="true">${MARKS[row.verdict]}</span>${nameMarkup(row.metric)}<span class="note muted"><span class="badge ${row.origin}">${row.origin}</span> ${row.source !== undefined && markup`${row.source} · `}<span class="whole" title="${row.place}">${row.place.slice(row.place.lastIndexOf("/") + 1)}</span></span>${row.note !== undefined && markup`<span class="note">${row.note}</span>`}`,
    { content: expectedText(row.tolerance), order: centre(row.tolerance) },
    { content: measuredMarkup(row), order: row.measured ?? 0 },
    {
      content: markup`<span${originOf(row)}>${row.deviation === undefined ? "–" : deviationMarkup(row.deviation)}</span>${gauge(row)}`,
      order: row.deviation?.relative ?? row.deviation?.absolute ?? 0
    },
    markup`<span class="verdict ${classOf(row.verdict)}">${row.verdict}</span>${(row.verdict !== "met" || row.every !== undefined) && markup`<span class="words"${originOf(row)}>${row.words}</span>`}`
  ]
})

/** A line may break between the two numbers, and not in one. */
const deviationMarkup = (deviation: Deviation): Markup => {
  const [absolute = "", share = ""] = deviationText(deviation).split(/ (?=\()/u)
  return markup`<span class="whole">${absolute}</span> <span class="whole">${share}</span>`
}

/** The artifacts that came with the measured number; where there are none, the journal tells it. */
export const originOf = ({ from }: Pick<ReportExpectation, "from">): Markup =>
  fromArtifacts(Object.values(from?.outputs ?? {})) ?? fromFile("journal.jsonl")

/** Our number, and below it what the execution that recorded it gave. */
const measuredMarkup = (row: ReportExpectation): Markup => {
  if (row.measured === undefined) return markup`–`
  const { outputs = {}, anchor } = row.from ?? {}
  return markup`<b${originOf(row)}>${numberText(row.measured)}</b>${Object.values(outputs)
    .slice(0, MAX_SHOWN)
    .map((digest) => markup`<br>${digestLink(digest, anchor)}`)}`
}

/** Digests shown below a number; the page tells of the task's others where it lists its outputs. */
const MAX_SHOWN = 1

// Lengths in CSS pixels: the gauge's half width, and the part of it that the tolerance takes.
const HALF = 50
const BAND = 22

/** The accepted range as a band, with a line at the expected value or bound, the measured number as a dot; beyond the ends it becomes an arrow head. */
const gauge = ({ tolerance, measured, verdict }: Judgement): Markup => {
  const [from, to] = tolerance._tag === "AtMost" ? [-HALF, 0] : tolerance._tag === "AtLeast" ? [0, HALF] : [-BAND, BAND]
  const shift =
    measured === undefined || !Number.isFinite(measured)
      ? undefined
      : ((measured - centre(tolerance)) / unitOf(tolerance)) * BAND
  return markup`<svg class="gauge" width="${2 * HALF + 8}" height="18" viewBox="${-HALF - 4} -9 ${2 * HALF + 8} 18" aria-hidden="true"><line class="axis" x1="${-HALF}" x2="${HALF}" y1="0" y2="0"/><rect class="band" x="${from}" y="-6" width="${to - from}" height="12" rx="2"/>${
    tolerance._tag !== "Between" && markup`<line class="centre" x1="0" x2="0" y1="-7" y2="7"/>`
  }${shift !== undefined && dot(shift, verdict === "met" ? "dot-met" : "dot-missed")}</svg>`
}

const dot = (shift: number, className: string): Markup => {
  if (Math.abs(shift) <= HALF) return markup`<circle class="${className}" cx="${at(shift)}" cy="0" r="4"/>`
  const side = Math.sign(shift)
  return markup`<path class="${className}" d="M${side * (HALF + 4)} 0l${-side * 8} -5v10z"/>`
}

/** The difference that fills the band: the tolerance; for a bound its own size. */
const unitOf = (tolerance: Judgement["tolerance"]): number => halfWidth(tolerance) || Math.abs(centre(tolerance)) || 1
