/** The head of a report: what was studied, and how it ended. */

import { countText } from "../document/quantities.ts"
import { durationText } from "../observe/duration.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { classOf, expectationAnchor, MARKS, originOf } from "./expectation-section.ts"
import { STATUS_WORDS, STATUSES } from "./GraphModel.ts"
import { expectedText } from "./judge-expectations.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"
import { fromFile } from "./number-origin.ts"
import { instantText, numberText } from "./quantity-text.ts"
import { type ReportExpectation, type ReportModel, tasksOf } from "./ReportModel.ts"
import { type ReportSummary, summaryOf } from "./ReportSummary.ts"

/** Title, description, paper, whether it was reproduced, four numbers, and the facts of the run. */
export const masthead = (model: ReportModel): Markup => {
  const summary = summaryOf(model)
  return markup`<header${fromFile("journal.jsonl")}>
<p class="kicker"><b>Athanor</b>report of run ${model.run.id}</p>
<h1>${model.name}</h1>
${model.description !== undefined && markup`<p class="lead">${model.description}</p>`}
${paperLine(model.paper)}
${model.run.flaws !== undefined && markup`<p class="missed">⚠ ${model.run.flaws}</p>`}
${verdictMarkup(model, summary)}
<dl class="tiles">${tile("Reproduction card", ...expectationTile(model, summary))}${tile("Tasks", ...taskTile(summary))}${tile("Wall time", durationText(summary.wallMillis), instantText(model.run.startedAt))}${tile(
    "Outcome",
    OUTCOMES[model.run.outcome],
    `profile ${model.run.profile}, ${countText(model.run.jobs, "worker")}`
  )}</dl>
${facts(model)}
</header>`
}

const OUTCOMES = {
  success: markup`<span class="met">✓ success</span>`,
  failure: markup`<span class="missed">✗ failure</span>`,
  interrupted: markup`<span class="not-recorded">interrupted</span>`,
  running: markup`<span class="not-recorded">not finished</span>`
} as const

/** `12 ran · 34 cached`: the statuses that occur. */
export const taskWords = ({ counts }: Pick<ReportSummary, "counts">): string =>
  STATUSES.flatMap((status) =>
    counts[status] === undefined ? [] : [`${counts[status]} ${STATUS_WORDS[status]}`]
  ).join(" · ")

/** What was computed and what was found; below it whatever else there is to say. */
const taskTile = ({ counts, savedMillis }: ReportSummary): readonly [string, string] => {
  const { done, hit, ...others } = counts
  const rest = taskWords({ counts: others })
  const saved = savedMillis > 0 ? `cached results once took ${durationText(savedMillis)}` : ""
  return [
    `${done ?? 0} ran · ${hit ?? 0} cached`,
    [rest, saved].filter((part) => part !== "").join("; ") || "nothing was cached"
  ]
}

/** A JSON value as it stands in a line. */
export const valueText = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value))

const tile = (title: string, value: Markup | string, detail: Markup | string): Markup =>
  markup`<div><dt>${title}</dt><dd>${value}</dd><dd>${detail}</dd></div>`

/** Verdicts that are drawn as a strip. */
const MAX_STRIP = 120

const expectationTile = (
  { expectations }: ReportModel,
  { met, missed, notRecorded }: ReportSummary
): readonly [Markup | string, Markup | string] => {
  if (expectations.length === 0) return ["–", "no expectations in this profile"]
  const className = missed > 0 ? "missed" : notRecorded > 0 ? "not-recorded" : "met"
  const rest = [missed > 0 && `${missed} missed`, notRecorded > 0 && `${notRecorded} not recorded`].filter(Boolean)
  return [
    markup`<span class="${className}">${met} of ${expectations.length} met</span>`,
    markup`${rest.length > 0 ? rest.join(", ") : "every expectation is met"}<span class="strip">${expectations
      .slice(0, MAX_STRIP)
      .map(
        ({ verdict, metric }) => markup`<i class="bg-${verdict.replace(" ", "-")}" title="${metric}: ${verdict}"></i>`
      )}</span>`
  ]
}

const paperLine = (paper: ReportModel["paper"]): Markup | undefined => {
  if (paper === undefined) return undefined
  const link = paperLink(paper)
  return markup`<p class="reproduces">Reproduces <cite>${
    link === undefined ? paper.title : markup`<a href="${link}" rel="noreferrer">${paper.title}</a>`
  }</cite>${paper.arxiv !== undefined && markup` <span class="muted">arXiv:${paper.arxiv}</span>`}</p>`
}

/** Where the paper is; only a web address, for a file from a stranger may hold `javascript:`. */
export const paperLink = (paper: NonNullable<ReportModel["paper"]>): string | undefined => {
  if (paper.url !== undefined) return /^https?:\/\//iu.test(paper.url) ? paper.url : undefined
  return paper.arxiv === undefined ? undefined : `https://arxiv.org/abs/${encodeURI(paper.arxiv)}`
}

/** Misses that the head names; the card has all. */
const MAX_NAMED = 8

/** Did it reproduce, and what did not. */
const verdictMarkup = (
  { expectations, run }: ReportModel,
  { met, missed, notRecorded }: ReportSummary
): Markup | undefined => {
  if (expectations.length === 0) return undefined
  const apart = expectations.flatMap((row, index) => (row.verdict === "met" ? [] : [{ row, index }]))
  const className = missed > 0 ? "missed" : notRecorded > 0 ? "not-recorded" : "met"
  return markup`<div class="conclusion ${className}-edge"${fromFile("pipeline.yaml")}><p class="conclusion-words"><span class="${className}" aria-hidden="true">${
    className === "met" ? "✓" : className === "missed" ? "✗" : "?"
  }</span> ${conclusion(expectations.length, met, missed, notRecorded, run.profile)}</p>${
    apart.length > 0 && markup`<ul class="misses">${apart.slice(0, MAX_NAMED).map(miss)}</ul>`
  }${apart.length > MAX_NAMED && markup`<p class="hint">… and ${apart.length - MAX_NAMED} more in the <a href="#card">card</a>.</p>`}</div>`
}

const conclusion = (all: number, met: number, missed: number, notRecorded: number, profile: string): string => {
  const [are, number] = all === 1 ? ["is", "The one expectation"] : ["are", `All ${all} expectations`]
  if (met === all) return `Reproduced: ${number.toLowerCase()} of profile ${profile} ${are} met.`
  const rest = [missed > 0 && `${missed} missed`, notRecorded > 0 && `${notRecorded} not recorded`].filter(Boolean)
  return `${met} of ${countText(all, "expectation")} of profile ${profile} met, ${rest.join(", ")}.`
}

const miss = ({ row, index }: { readonly row: ReportExpectation; readonly index: number }): Markup =>
  markup`<li><span class="${classOf(row.verdict)}" aria-hidden="true">${MARKS[row.verdict]}</span> <a href="#${expectationAnchor(index)}">${nameMarkup(row.metric)}</a> <span${originOf(row)}>${
    row.measured === undefined
      ? markup`not recorded: ${row.words}`
      : markup`<b>${numberText(row.measured)}</b>, ${row.words}`
  }</span>; expected ${expectedText(row.tolerance)}${row.source !== undefined && ` (${row.source})`}.${row.note !== undefined && markup` <span class="muted">${row.note}</span>`}</li>`

/** Reasons that are told. */
const MAX_REASONS = 4

/** Why tasks ran: the reasons, the most frequent first. */
const reasonsText = (model: ReportModel): string => {
  const reasons = tasksOf(model).flatMap(({ status, reason }) =>
    (status === "done" || status === "failed") && reason !== "" ? [reason] : []
  )
  const counts = [...Map.groupBy(reasons, (reason) => reason)].map(([reason, all]) => [reason, all.length] as const)
  const told = counts.toSorted((a, b) => b[1] - a[1]).slice(0, MAX_REASONS)
  const rest = counts.length - told.length
  return [
    ...told.map(([reason, count]) => `${reason} (${count})`),
    ...(rest > 0 ? [`${countText(rest, "more reason")}`] : [])
  ].join("; ")
}

const facts = (model: ReportModel): Markup => {
  const { run, file } = model
  const reasons = reasonsText(model)
  return markup`<dl class="facts">
<dt>Pipeline</dt><dd><code>${file}</code>${run.targets.length > 0 && markup`, only ${run.targets.join(", ")}`}</dd>
${reasons !== "" && markup`<dt>Why it ran</dt><dd>${reasons}</dd>`}
<dt>Trace</dt><dd><code>${run.traceId}</code></dd>
</dl>`
}
