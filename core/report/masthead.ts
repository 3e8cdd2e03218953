/** The head of a report: what was studied, and how it ended. */

import { countText } from "../document/quantities.ts"
import { durationText } from "../observe/duration.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { conclusion } from "./conclusion.ts"
import { classOf } from "./expectation-section.ts"
import { STATUS_WORDS, STATUSES } from "./GraphModel.ts"
import { type Markup, markup } from "./Markup.ts"
import { fromFile } from "./number-origin.ts"
import { instantText } from "./quantity-text.ts"
import { type ReportModel, tasksOf } from "./ReportModel.ts"
import { type ReportSummary, summaryOf, unmetWords, worstOf } from "./ReportSummary.ts"

/** Title, description, paper, whether it was reproduced, four numbers, and the facts of the run. */
export const masthead = (model: ReportModel): Markup => {
  const summary = summaryOf(model)
  return markup`<header${fromFile("journal.jsonl")}>
<p class="kicker"><b>Athanor</b>report of run ${model.run.id}</p>
<h1>${model.name}</h1>
${model.description !== undefined && markup`<p class="lead">${model.description}</p>`}
${paperLine(model.paper)}
${model.run.flaws !== undefined && markup`<p class="missed">⚠ ${model.run.flaws}</p>`}
${conclusion(model)}
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
  summary: ReportSummary
): readonly [Markup | string, Markup | string] => {
  if (expectations.length === 0) return ["–", "no expectations in this profile"]
  return [
    markup`<span class="${classOf(worstOf(summary))}">${summary.met} of ${expectations.length} met</span>`,
    markup`${unmetWords(summary) || "every expectation is met"}<span class="strip">${expectations
      .slice(0, MAX_STRIP)
      .map(
        ({ verdict, metric }) => markup`<i class="bg-${classOf(verdict)}" title="${metric}: ${verdict}"></i>`
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
  return paper.arxiv === undefined ? undefined : `https://arxiv.org/abs/${encodeURI(paper.arxiv.toWellFormed())}`
}

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
