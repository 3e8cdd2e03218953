/** Colours and symbols of a terminal, and what to do without them. */
import { stripVTControlCharacters } from "node:util"
import { cells } from "../document/terminal-cells.ts"
import { withoutUnseen } from "../document/unseen-characters.ts"

/** What the terminal can show. */
export interface TerminalStyle {
  readonly color: boolean
  /** Symbols beyond ASCII. */
  readonly unicode: boolean
}

/** What a piece of text says by its colour. */
export type Tone = "plain" | "bold" | "dim" | "good" | "known" | "active" | "bad" | "warn"

const CODES: { readonly [tone in Exclude<Tone, "plain">]: string } = {
  bold: "1",
  dim: "2",
  good: "32",
  known: "34",
  active: "36",
  bad: "31",
  warn: "33"
}

/** A piece of a line. */
export interface Segment {
  readonly text: string
  readonly tone: Tone
}

export const segment = (text: string, tone: Tone = "plain"): Segment => ({ text, tone })

/** Text in its colour. */
export const paint = ({ text, tone }: Segment, { color }: TerminalStyle): string =>
  color && tone !== "plain" && text !== "" ? `\u001b[${CODES[tone]}m${text}\u001b[0m` : text

/** Symbols of the states of a stage or task, and the pieces of bars and trees. */
export interface Symbols {
  readonly done: string
  readonly hit: string
  readonly failed: string
  readonly waiting: string
  readonly skipped: string
  readonly running: ReadonlyArray<string>
  readonly ellipsis: string
  /** Between parts of a sentence. */
  readonly dot: string
  /** Left and right end of a bar. */
  readonly barEnds: readonly [string, string]
  /** A cell of a bar, from the emptiest to the full one. */
  readonly barCells: ReadonlyArray<string>
}

const UNICODE: Symbols = {
  done: "✓",
  hit: "≡",
  failed: "✗",
  waiting: "·",
  skipped: "–",
  running: [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"],
  ellipsis: "…",
  dot: "·",
  barEnds: ["▕", "▏"],
  barCells: [..." ▏▎▍▌▋▊▉█"]
}

const ASCII: Symbols = {
  done: "+",
  hit: "=",
  failed: "x",
  waiting: ".",
  skipped: "-",
  running: [..."|/-\\"],
  ellipsis: "~",
  dot: "-",
  barEnds: ["[", "]"],
  barCells: [".", "#"]
}

export const symbolsOf = ({ unicode }: TerminalStyle): Symbols => (unicode ? UNICODE : ASCII)

/** A bar of `width` cells, `share` of them (0 to 1) filled. */
export const bar = (share: number, width: number, { barCells, barEnds }: Symbols): string => {
  const levels = barCells.length - 1
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * width * levels)
  const cell = (index: number) => barCells[Math.min(levels, Math.max(0, filled - index * levels))] ?? ""
  return `${barEnds[0]}${Array.from({ length: width }, (_, index) => cell(index)).join("")}${barEnds[1]}`
}

/** Nearly every text, and all symbols of ours: a column for each character. */
const NARROW =
  /^[\x20-\x7e\u00a1-\u02ff\u0391-\u03c9\u2013\u2026\u2190-\u21ff\u2261\u2264\u2265\u2500-\u25fc\u2713\u2717\u2800-\u28ff]*$/u

/** Columns that a terminal gives a text: two to characters of East Asia and to emoji. */
export const widthOf = (text: string): number =>
  NARROW.test(text) ? text.length : cells(text).reduce((sum, { width }) => sum + width, 0)

/** A text cut at the end to a number of columns. */
export const clip = (text: string, columns: number, { ellipsis }: Symbols): string =>
  widthOf(text) <= columns ? text : `${start(cells(text), columns - 1)}${ellipsis}`

/** A name cut in its middle: long ones of a kind begin alike, and differ at their ends. */
export const clipName = (name: string, columns: number, { ellipsis }: Symbols): string => {
  if (widthOf(name) <= columns) return name
  const head = Math.ceil((columns - 1) / 2)
  const tail = start(cells(name).toReversed(), columns - 1 - head, (text, cell) => cell + text)
  return `${start(cells(name), head)}${ellipsis}${tail}`
}

/** The first characters that find room. */
const start = (
  characters: ReturnType<typeof cells>,
  columns: number,
  join = (text: string, cell: string): string => text + cell
): string => {
  let text = ""
  let room = columns
  for (const cell of characters) {
    room -= cell.width
    if (room < 0) break
    text = join(text, cell.text)
  }
  return text
}

/** Text from a stage without what a terminal would obey: a message must not move the cursor. */
export const harmless = (text: string): string => {
  const plain = stripVTControlCharacters(text.replace(/\r\n?/gu, "\n")).replaceAll("\t", "  ")
  return withoutUnseen(plain.replace(/[^\P{Cc}\n]/gu, ""), "\n")
}
