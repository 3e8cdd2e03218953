/** A report as one HTML file. */

import { countText } from "../document/quantities.ts"
import { dagDrawing } from "./dag-svg.ts"
import { expectationSection } from "./expectation-section.ts"
import { failureSection } from "./failure-section.ts"
import { figureSection } from "./figure-section.ts"
import { type Markup, markup } from "./Markup.ts"
import { masthead } from "./masthead.ts"
import { metricSection } from "./metric-section.ts"
import { fromFile } from "./number-origin.ts"
import { page } from "./page.ts"
import { provenanceSection } from "./provenance-section.ts"
import { type ReportModel, tasksOf } from "./ReportModel.ts"
import { reproductionSection } from "./reproduction-section.ts"
import { type Crate, crateOf } from "./ro-crate.ts"
import { settingsSection } from "./settings-section.ts"
import { inlineSvg } from "./svg-document.ts"
import { sweepSection } from "./sweep-section.ts"
import { taskTimesSection } from "./task-times-section.ts"
import { timingSection } from "./timing-section.ts"

/** Stages up to which the graph is drawn: beyond, nobody could read it. */
const MAX_DRAWN_STAGES = 300

/** The page: self-contained, readable without script, on light and dark screens and on paper. */
export const renderHtml = (model: ReportModel, crate: Crate = crateOf(model, [])): string => {
  const sections = [
    ["Failures", failureSection(model)],
    ["Reproduction card", expectationSection(model)],
    ["Figures", figureSection(model)],
    ["Graph", graphSection(model)],
    ["Time", timingSection(model)],
    ["Task times", taskTimesSection(model)],
    ["Sweeps", sweepSection(model)],
    ["Metrics", metricSection(model)],
    ["Parameters", settingsSection(model)],
    ["Reproduce", reproductionSection(model)],
    ["Provenance", provenanceSection(model)]
  ] as const
  return page(
    `${model.name} · ${model.run.id}`,
    markup`${masthead(model)}
<nav aria-label="Parts of the report"><ul>${sections.map(([title, section]) => section && markup`<li><a href="#${anchorOf(section)}">${title}</a></li>`)}</ul></nav>
<main id="main">
${sections.map(([, section]) => section)}
</main>
<footer>Made by Athanor from the journal of run <code>${model.run.id}</code>. This page asks for nothing from elsewhere.</footer>`,
    { linked: crate }
  )
}

const anchorOf = (section: Markup): string => /id="(?<id>[a-z]+)"/u.exec(section.text)?.groups?.["id"] ?? ""

const graphSection = (
  model: ReportModel
): Markup => markup`<section id="graph"${fromFile("journal.jsonl")}><h2>Graph</h2>
<p class="hint">${countText(model.stages.length, "stage")}, ${countText(tasksOf(model).length, "task")}; data flows from left to right. A heavy line gathers the results of several tasks, a heavy border is on the critical path. Times are sums over all attempts of a stage.</p>
${
  model.graph.nodes.length > MAX_DRAWN_STAGES
    ? markup`<p>Too large to be drawn here: <code>pipeline graph --format dot</code> writes it for Graphviz.</p>`
    : markup`<div class="wide">${inlineSvg(dagDrawing(model.graph))}</div>`
}</section>`
