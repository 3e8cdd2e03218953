/** A page on several runs, in one file. */
import { countText } from "../document/quantities.ts"
import { differing } from "../explain/compare-runs.ts"
import type { ComparisonModel } from "./ComparisonModel.ts"
import { comparedExpectations } from "./comparison-expectations.ts"
import { comparedFigures } from "./comparison-figures.ts"
import { comparedMetrics } from "./comparison-metrics.ts"
import { comparedParams } from "./comparison-params.ts"
import { comparedCauses, comparedRuns } from "./comparison-runs.ts"
import { comparedCode, comparedTimings } from "./comparison-stages.ts"
import { COMPARISON_STYLE } from "./comparison-table.ts"
import { type Insertion, type Markup, markup } from "./Markup.ts"
import { page } from "./page.ts"

/** The page: self-contained, readable without script, on light and dark screens and on paper. */
export const renderComparison = (model: ComparisonModel): string => {
  const sections = [
    ["Runs", comparedRuns(model)],
    ["What was changed", comparedCauses(model)],
    ["Parameters", comparedParams(model)],
    ["Reproduction card", comparedExpectations(model)],
    ["Metrics", comparedMetrics(model)],
    ["Figures", comparedFigures(model)],
    ["Time", comparedTimings(model)],
    ["Code and machine", comparedCode(model)]
  ] as const
  const title = model.pipelines.join(" and ")
  return page(
    `${title} · ${model.runs.map(({ letter }) => letter).join(" ")}`,
    markup`<header>
<p class="kicker"><b>Athanor</b>${countText(model.runs.length, "run")} side by side</p>
<h1>${title}</h1>
${tiles(model)}
</header>
<nav aria-label="Parts of the comparison"><ul>${sections.map(([name, section]) => section && markup`<li><a href="#${anchorOf(section)}">${name}</a></li>`)}</ul></nav>
<main id="main">
${sections.map(([, section]) => section)}
</main>
<footer>Made by Athanor from the journals of these runs. This page asks for nothing from elsewhere.</footer>`,
    { style: COMPARISON_STYLE }
  )
}

const anchorOf = (section: Markup): string => /id="(?<id>[a-z]+)"/u.exec(section.text)?.groups?.["id"] ?? ""

const tiles = (model: ComparisonModel): Markup => {
  const { params, taskParams, metrics, code } = differing(model.comparison)
  const { comparison } = model
  return markup`<dl class="tiles">${[
    tile(
      "Parameters that differ",
      params.length + taskParams.length,
      `of ${comparison.params.length} of the pipeline and those of its stages`
    ),
    tile("Metrics that differ", metrics.length, `of ${comparison.metrics.length}`),
    tile("Code that differs", code.length, `of ${countText(comparison.code.length, "stage")}`),
    tile("Expectations met", cardText(model), `of ${countText(model.expectations.length, "expectation")}`)
  ]}</dl>`
}

const tile = (title: string, value: Insertion, detail: Insertion): Markup =>
  markup`<div><dt>${title}</dt><dd>${value}</dd><dd>${detail}</dd></div>`

/** Runs up to which each says how many it meets. */
const MAX_TOLD = 4

/** `A 7 · B 8`, or the least and the most; of runs that expect nothing neither. */
const cardText = ({ runs, expectations }: ComparisonModel): string => {
  const met = runs.map((_, index) => {
    const judged = expectations.flatMap(({ judgements }) => judgements[index] ?? [])
    return judged.length === 0 ? undefined : judged.filter(({ verdict }) => verdict === "met").length
  })
  const told = met.filter((count) => count !== undefined)
  if (told.length === 0) return "–"
  if (met.length <= MAX_TOLD) return runs.map(({ letter }, index) => `${letter} ${met[index] ?? "–"}`).join(" · ")
  return `${Math.min(...told)} to ${Math.max(...told)}`
}
