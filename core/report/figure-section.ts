/** The figures of a report, large and in order, each with what is expected of its task. */

import { countText } from "../document/quantities.ts"
import { classOf, expectationAnchor, listedExpectations, MARKS, originOf } from "./expectation-section.ts"
import { figurePlate } from "./figure-plate.ts"
import type { SeriesTable } from "./figure-series.ts"
import { expectedText } from "./judge-expectations.ts"
import { type Insertion, type Markup, markup, nameMarkup } from "./Markup.ts"
import { fromArtifacts, fromFile, shortDigest } from "./number-origin.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportFigure, ReportModel } from "./ReportModel.ts"
import { table } from "./table-markup.ts"

/** Nothing when the pipeline names no figures. */
export const figureSection = (model: ReportModel): Markup | undefined =>
  model.figures.length === 0
    ? undefined
    : markup`<section id="figures"><h2>Figures</h2>${model.figures.map((figure, index) => figureMarkup(model, figure, index))}</section>`

const figureMarkup = (model: ReportModel, figure: ReportFigure, index: number): Markup => {
  const { title, caption, reference, digest, files } = figure
  return markup`<figure id="figure-${index + 1}"${fromArtifacts(digest === undefined ? [] : [digest]) ?? fromFile("journal.jsonl")}>
${figurePlate(figure.image, { words: wordsOf(figure), reference })}
<figcaption><b>Figure ${index + 1}.</b> ${title !== undefined && markup`<b>${closed(title)}</b> `}${caption}
<span class="where"><code>${reference}</code>${
    digest !== undefined && markup` · <span class="digest" title="${digest}">${shortDigest(digest)}</span>`
  }${files.map((file) => markup` · <a href="${fileLink(file)}">${file}</a>`)}</span></figcaption>
${besides(model, figure)}
${seriesMarkup(figure, index)}
</figure>`
}

const wordsOf = ({ title, caption, reference }: ReportFigure): string =>
  [title, caption].filter(Boolean).join(". ") || reference

// Task names hold characters that mean something in an address: ? and # would cut the path short.
const fileLink = (path: string): string => `./${path.split("/").map(encodeURIComponent).join("/")}`

/** A title as a sentence. */
const closed = (title: string): string => (/[.!?…]$/u.test(title) ? title : `${title}.`)

/** Expectations that stand beside a figure; the card has them all. */
const MAX_BESIDE = 30

/** The expectations on what the task of a figure has measured: the paper's values next to the picture. */
const besides = ({ expectations }: ReportModel, { task }: ReportFigure): Markup | undefined => {
  const listed = listedExpectations(expectations)
  const rows = expectations.flatMap((row, index) =>
    row.from?.task === task && listed.has(index) ? [{ row, index }] : []
  )
  if (rows.length === 0) return undefined
  return markup`<ul class="besides"${fromFile("pipeline.yaml")}>${rows
    .slice(0, MAX_BESIDE)
    .map(
      ({ row, index }) =>
        markup`<li><a href="#${expectationAnchor(index)}">${nameMarkup(nameIn(row.metric, task))}</a> <b${originOf(row)}>${
          row.measured === undefined ? "–" : numberText(row.measured)
        }</b> <span class="muted">${row.origin} <span class="whole">${expectedText(row.tolerance)}</span></span> <span class="verdict ${classOf(row.verdict)}"><span aria-hidden="true">${MARKS[row.verdict]}</span> ${row.verdict}</span></li>`
    )}</ul>`
}

/** The name of a metric without that of its task. */
const nameIn = (metric: string, task: string): string =>
  metric.startsWith(`${task}.`) ? metric.slice(task.length + 1) : metric

const seriesMarkup = ({ series, reference }: ReportFigure, index: number): Markup | undefined =>
  series.length === 0
    ? undefined
    : markup`<details class="series"><summary>What figure ${index + 1} draws, as a table</summary><div class="inner">${series.map(
        (one) => seriesTable(one, `Lines of ${reference}`)
      )}</div></details>`

const seriesTable = ({ title, groups, measures, rows, leftOut }: SeriesTable, label: string): Markup =>
  markup`${title !== undefined && markup`<p>${title}</p>`}${table(
    title === undefined ? label : `${label}: ${title}`,
    [
      ...groups.map((name) => ({ title: name, isHead: true })),
      { title: "Points", isNumeric: true },
      ...measures.flatMap((name) => [
        { title: `${name}, from`, isNumeric: true },
        { title: "to", isNumeric: true }
      ])
    ],
    rows.map(({ labels, count, extents }) => ({
      cells: [
        ...labels,
        { content: count, order: count },
        ...extents.flatMap((extent) => [numberCell(extent?.[0]), numberCell(extent?.[1])])
      ]
    }))
  )}${leftOut > 0 && markup`<p class="hint">… and ${countText(leftOut, "more line")}.</p>`}`

const numberCell = (value: number | undefined): { readonly content: Insertion; readonly order: number } => ({
  content: value === undefined ? "–" : numberText(value),
  order: value ?? 0
})
