/** Complaints as a person reads them: the place, the line, a caret, a hint. */
import type { Diagnostic, PipelineInvalid } from "./Diagnostic.ts"
import * as SourceText from "./SourceText.ts"
import { type Cell, cells, printable } from "./terminal-cells.ts"

export interface RenderOptions {
  readonly color: boolean
}

/** Columns of a terminal shown of a line; a longer one is cut around the caret. */
const WIDTH = 110

/** Columns shown before the caret of a line that is cut. */
const LEAD = 40

const RED = "\u001b[31m"
const YELLOW = "\u001b[33m"
const BOLD = "\u001b[1m"
const DIM = "\u001b[2m"
const RESET = "\u001b[0m"

/** Complaints that anybody would read. */
const MOST_SHOWN = 100

/** The complaints in order, an empty line between them; of very many the first, and how many there are besides. */
export const renderDiagnostics = (error: PipelineInvalid, { color }: RenderOptions): string => {
  const sources = new Map([...error.texts].map(([file, text]) => [file, SourceText.make(file, text)]))
  const paint = (code: string, text: string): string => (color ? `${code}${text}${RESET}` : text)
  const more = error.diagnostics.length - MOST_SHOWN
  return error.diagnostics
    .slice(0, MOST_SHOWN)
    .map((diagnostic) => renderOne(diagnostic, sources.get(diagnostic.span.file), paint))
    .concat(more > 0 ? [`and ${more} more`] : [])
    .join("\n\n")
}

const renderOne = (
  { severity, span, message, hint }: Diagnostic,
  source: SourceText.SourceText | undefined,
  paint: (code: string, text: string) => string
): string => {
  const tint = severity === "error" ? RED : YELLOW
  const place = printable(`${span.file}:${span.line}:${span.column}`)
  const head = `${paint(BOLD, place)}  ${paint(tint, severity)}  ${printable(shortened(message))}`
  const beside = hint === undefined ? "" : ` ${printable(hint)}`
  if (source === undefined || span.line > source.lineStarts.length)
    return beside === "" ? head : `${head}\n     ${beside}`
  const { text, before, under } = excerpt(SourceText.line(source, span.line - 1), span.column - 1, span.length)
  const number = String(span.line).padStart(5)
  return [
    head,
    `${paint(DIM, `${number} │`)} ${text}`,
    `${paint(DIM, `${" ".repeat(number.length)} │`)} ${" ".repeat(before)}${paint(tint, "^".repeat(under))}${beside}`
  ].join("\n")
}

/** A name in it may be as long as the file. */
const shortened = (message: string): string => (message.length > 400 ? `${message.slice(0, 400)}…` : message)

/** The part of a line to show, and how many columns stand before and under the caret. */
const excerpt = (line: string, start: number, length: number) => {
  // A line may be megabytes long: only what can come to be shown is measured.
  const from = Math.max(0, start - 4 * WIDTH)
  const lead = cells(line.slice(from, start))
  const marked = cells(line.slice(start, start + Math.min(length, 4 * WIDTH)))
  const rest = cells(line.slice(start + length, start + length + 4 * WIDTH))
  const isCut = from > 0 || width(lead) + width(marked) > WIDTH
  const shown = isCut ? takeLast(lead, LEAD) : lead
  const prefix = shown.length < lead.length || from > 0 ? "…" : ""
  const before = prefix.length + width(shown)
  const under = take(marked, WIDTH - before)
  const after = under.length < marked.length ? [] : take(rest, WIDTH - before - width(under))
  const suffix = under.length + after.length < marked.length + rest.length ? "…" : ""
  return {
    text: `${prefix}${join([...shown, ...under, ...after])}${suffix}`.trimEnd(),
    before,
    under: Math.max(1, width(under))
  }
}

const width = (part: ReadonlyArray<Cell>): number => part.reduce((total, cell) => total + cell.width, 0)

const join = (part: ReadonlyArray<Cell>): string => part.map(({ text }) => text).join("")

/** As many of the first characters as fit into a number of columns. */
const take = (part: ReadonlyArray<Cell>, columns: number): ReadonlyArray<Cell> => {
  let left = columns
  const taken: Array<Cell> = []
  for (const cell of part) {
    left -= cell.width
    if (left < 0) break
    taken.push(cell)
  }
  return taken
}

const takeLast = (part: ReadonlyArray<Cell>, columns: number): ReadonlyArray<Cell> =>
  take(part.toReversed(), columns).toReversed()
