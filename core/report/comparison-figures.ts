/** The figures of several runs, over each other or side by side. */
import { countText } from "../document/quantities.ts"
import type { ComparedFigure, ComparedPicture, ComparisonModel } from "./ComparisonModel.ts"
import { figurePlate } from "./figure-plate.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"

/** Nothing where no run has a figure. */
export const comparedFigures = ({ figures, undrawnFigures }: ComparisonModel): Markup | undefined =>
  figures.length === 0
    ? undefined
    : markup`<section id="figures"><h2>Figures</h2>${figures.map(figureMarkup)}${undrawnFigures.length > 0 && markup`<p class="hint">Not drawn: ${countText(undrawnFigures.length, "more figure")}.</p>`}</section>`

const FORMS = {
  same: "the same in all of them",
  overlaid: "over each other, a colour for each run",
  panels: "a panel for each run, with common axes",
  beside: "side by side"
} as const

const figureMarkup = (figure: ComparedFigure): Markup => {
  const { reference, title, form, pictures, absent, undrawn } = figure
  return markup`<figure>
${
  pictures.length === 0
    ? markup`<div class="plate missing">no run has ${reference}</div>`
    : markup`<div class="${form === "beside" ? "pictures" : "picture"}">${pictures.map((picture) => pictureMarkup(figure, picture))}</div>`
}
<figcaption>${title !== undefined && markup`<b>${title}</b> `}<span class="where">${nameMarkup(reference)} · ${lettersOf(pictures)}: ${FORMS[form]}${absent.length > 0 && `; not in ${absent.join(", ")}`}${undrawn.length > 0 && `; not drawn: ${undrawn.join(", ")}`}</span></figcaption>
</figure>`
}

const lettersOf = (pictures: ReadonlyArray<ComparedPicture>): string =>
  pictures.flatMap(({ letters }) => letters).join(", ")

const pictureMarkup = (
  { reference, title = reference, form }: ComparedFigure,
  { letters, image }: ComparedPicture
): Markup => {
  const words = `${title}, of ${letters.join(", ")}`
  return markup`<div>${form === "beside" && markup`<p>${letters.map((letter) => markup`<span class="letter">${letter}</span> `)}</p>`}${figurePlate(image, { words, reference })}</div>`
}
