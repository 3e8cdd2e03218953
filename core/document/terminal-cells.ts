/** Text as a terminal lays it out: characters that take one column, two, or none that could be trusted. */
import { withoutUnseen } from "./unseen-characters.ts"

/** A character as a person sees it, and the columns it takes. */
export interface Cell {
  readonly text: string
  readonly width: 0 | 1 | 2
}

// Takes milliseconds to make, and most texts do without.
let segmenter: Intl.Segmenter | undefined

/** Splits one line into its characters. */
export const cells = (line: string): ReadonlyArray<Cell> => {
  segmenter ??= new Intl.Segmenter()
  return Array.from(segmenter.segment(printable(line)), ({ segment }) => ({ text: segment, width: widthOf(segment) }))
}

/** Control characters, also those that turn the direction of writing, could forge what a terminal shows. */
export const printable = (text: string): string => withoutUnseen(text.replaceAll("\t", " "))

const widthOf = (segment: string): 0 | 1 | 2 => {
  if (/^\p{M}/u.test(segment) || segment === "\u200b" || segment === "\ufeff") return 0
  if (/\p{Emoji_Presentation}/u.test(segment)) return 2
  const code = segment.codePointAt(0) ?? 0
  return WIDE.some(([first, last]) => first <= code && code <= last) ? 2 : 1
}

/** East Asian Wide and Fullwidth: Hangul Jamo, CJK, Hangul, compatibility and fullwidth forms, the two CJK planes. */
const WIDE = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd]
] as const
