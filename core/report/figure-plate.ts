/** A figure on its ground, as an image in the page. */
import { schemedSvg } from "../figure/dark-svg.ts"
import { type Markup, markup } from "./Markup.ts"
import type { FigureImage } from "./ReportModel.ts"

/**
 * The drawing as an image of its own document: its identifiers and styles cannot meet those of another figure, and
 * whatever its specification holds can neither run nor load anything.
 *
 * `words` stands for it where it is not seen, `reference` where it is not there.
 */
export const figurePlate = (
  image: FigureImage,
  { words, reference }: { readonly words: string; readonly reference: string }
): Markup =>
  image._tag === "Missing"
    ? markup`<div class="plate missing">${reference} is not here: ${image.reason}</div>`
    : markup`<div class="plate"><img alt="${words}" src="${dataLink(schemedSvg(unspoken(image.svg)))}"></div>`

/** An image is read out by its own words alone: those of each mark, a third of a drawing, are never heard. */
const unspoken = (svg: string): string =>
  svg.replace(/<[a-z][^>]*>/giu, (tag) => tag.replace(/ (?:aria-[a-z]+|role)="[^"]*"/gu, ""))

const dataLink = (svg: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(svg.toWellFormed(), "utf8").toString("base64")}`
