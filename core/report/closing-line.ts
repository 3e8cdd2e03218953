/** One of the last lines of a run. */
import {
  clip,
  harmless,
  paint,
  segment,
  symbolsOf,
  type TerminalStyle,
  type Tone,
  widthOf
} from "../observe/terminal-style.ts"

export interface ClosingStyle extends TerminalStyle {
  /** No line is wider. */
  readonly columns: number
}

/** A word in front, and what it is about, of which as many parts are shown as find room. */
export interface Closing {
  readonly word: string
  readonly tone: Tone
  readonly parts: ReadonlyArray<string>
}

/** Columns of the words in front, with the gap behind them. */
const INDENT = 9

/** The line as it is printed. */
export const closingText = ({ word, tone, parts }: Closing, style: ClosingStyle): string =>
  `${paint(segment(word, tone), style)}${" ".repeat(INDENT - widthOf(word))}${fitting(parts.map(printable), style)}`

/** The first part, cut if it must be, and those after it that find room. */
const fitting = ([first = "", ...others]: ReadonlyArray<string>, style: ClosingStyle): string => {
  const symbols = symbolsOf(style)
  const room = Math.max(INDENT, style.columns - INDENT)
  let text = clip(first, room, symbols)
  for (const part of others) {
    const longer = `${text} ${symbols.dot} ${part}`
    if (widthOf(longer) > room) break
    text = longer
  }
  return text
}

const printable = (text: string): string => harmless(text).replaceAll("\n", " ")
