/** The figures of a report, large and in order. */
import { type Markup, markup } from "./Markup.ts"
import type { ReportFigure, ReportModel } from "./ReportModel.ts"

/** Nothing when the pipeline names no figures. */
export const figureSection = ({ figures }: ReportModel): Markup | undefined =>
  figures.length === 0
    ? undefined
    : markup`<section id="figures"><h2>Figures</h2>${figures.map(figureMarkup)}</section>`

const figureMarkup = (figure: ReportFigure, index: number): Markup => markup`<figure id="figure-${index + 1}">
${plate(figure)}
<figcaption><b>Figure ${index + 1}.</b> ${figure.title !== undefined && markup`<b>${closed(figure.title)}</b> `}${figure.caption}
<span class="where"><code>${figure.reference}</code>${
  figure.digest !== undefined &&
  markup` · <span class="mono" title="${figure.digest}">${figure.digest.slice(0, 12)}</span>`
}${figure.files.map((file) => markup` · <a href="${fileLink(file)}">${file}</a>`)}</span></figcaption>
</figure>`

/**
 * The drawing as an image of its own document: its identifiers and styles cannot meet those of another figure, and
 * whatever its specification holds can neither run nor load anything.
 */
const plate = ({ image, title, caption, reference }: ReportFigure): Markup =>
  image._tag === "Missing"
    ? markup`<div class="plate missing">${reference} is not here: ${image.reason}</div>`
    : markup`<div class="plate"><img alt="${[title, caption].filter(Boolean).join(". ") || reference}" src="${dataLink(image.svg)}"></div>`

const dataLink = (svg: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(svg.toWellFormed(), "utf8").toString("base64")}`

// Task names hold characters that mean something in an address: ? and # would cut the path short.
const fileLink = (path: string): string => `./${path.split("/").map(encodeURIComponent).join("/")}`

/** A title as a sentence. */
const closed = (title: string): string => (/[.!?…]$/u.test(title) ? title : `${title}.`)
