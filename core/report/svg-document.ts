/** Drawings that stand in a page or alone: the same shapes, with colours from the page or of their own. */
import { Markup, markup } from "./Markup.ts"
import { type ColorName, DARK, LIGHT } from "./palette.ts"

export interface Drawing {
  readonly width: number
  readonly height: number
  /** For readers who do not see it. */
  readonly label: string
  readonly content: Markup
}

/** Rules for the classes of a drawing, given the text for each colour. */
export type StyleSheet = (color: (name: ColorName) => string) => string

/** Part of a page, whose style sheet holds the rules. It shrinks to three quarters at most; a narrow page scrolls it. */
export const inlineSvg = ({ width, height, label, content }: Drawing): Markup =>
  markup`<svg class="drawing" style="min-width:${Math.round(0.75 * width)}px" role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`

/** A file of its own, readable on light and on dark ground. */
export const standaloneSvg = ({ width, height, label, content }: Drawing, style: StyleSheet): string => {
  const rules = `${style((name) => LIGHT[name])}.ground{fill:${LIGHT.card}}`
  const dark = `${style((name) => DARK[name])}.ground{fill:${DARK.card}}`
  return markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>${new Markup(`${rules}@media (prefers-color-scheme:dark){${dark}}`)}</style>
<rect class="ground" width="${width}" height="${height}"/>
${content}
</svg>
`.text
}

/** A coordinate to a tenth of a pixel. */
export const at = (value: number): number => Math.round(10 * value) / 10
