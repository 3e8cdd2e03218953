/** How wide DejaVu Sans sets a text: without a canvas nothing else can tell where labels would overlap. */

/** Advance widths in units of the font size, by character; rounded from the font's own table. */
const WIDTHS: ReadonlyArray<readonly [characters: string, width: number]> = [
  ["ijlI|!'.,:; ", 0.31],
  ['()[]{}ftr-/\\"', 0.39],
  ["sckvxyzJ_", 0.55],
  ["abdeghnopqu0123456789LTFEZ$?*", 0.62],
  ["ABCDGHKNOPQRSUVXY&", 0.72],
  ["+<>=~^−×±≤≥→", 0.84],
  ["mwMW%@", 0.93]
]

const ADVANCE = new Map(WIDTHS.flatMap(([characters, width]) => [...characters].map((each) => [each, width] as const)))

/** Width in pixels at a font size in pixels; a bold face is about a tenth wider. */
export const textWidth = (text: string, size: number, isBold: boolean): number => {
  let width = 0
  for (const character of text) width += ADVANCE.get(character) ?? 0.62
  return width * size * (isBold ? 1.1 : 1)
}
