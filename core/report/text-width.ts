/** The size of monospaced text, where nothing can measure it. */

/** Width of a character as a share of the font size: that of DejaVu Sans Mono and Menlo; others are narrower. */
const ADVANCE = 0.602

/** Family for every text whose width matters. */
export const MONOSPACE = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

/** Width of a text in the units of its font size. */
export const textWidth = (text: string, size: number): number => ADVANCE * size * [...text].length

/** A text cut to a number of characters, with an ellipsis in its middle: both ends of a name tell it apart. */
export const shorten = (text: string, length: number): string => {
  const characters = [...text]
  if (characters.length <= length) return text
  const head = Math.ceil((length - 1) / 2)
  const tail = length - 1 - head
  return `${characters.slice(0, head).join("")}…${tail === 0 ? "" : characters.slice(-tail).join("")}`
}
