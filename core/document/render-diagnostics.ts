/** Complaints as a person reads them: the place, the line, a caret, a hint. */
import type { Diagnostic, PipelineInvalid } from "./Diagnostic.ts"

export interface RenderOptions {
  readonly color: boolean
}

/** Columns shown of a line; a longer one is cut around the caret. */
const WIDTH = 110

const RED = "\u001b[31m"
const YELLOW = "\u001b[33m"
const BOLD = "\u001b[1m"
const DIM = "\u001b[2m"
const RESET = "\u001b[0m"

/** All complaints in order, an empty line between them. */
export const renderDiagnostics = (error: PipelineInvalid, options: RenderOptions): string =>
  error.diagnostics.map((diagnostic) => renderOne(diagnostic, error.texts, options)).join("\n\n")

const renderOne = (
  { severity, span, message, hint }: Diagnostic,
  texts: ReadonlyMap<string, string>,
  { color }: RenderOptions
): string => {
  const paint = (code: string, text: string): string => (color ? `${code}${text}${RESET}` : text)
  const tint = severity === "error" ? RED : YELLOW
  const head = `${paint(BOLD, `${span.file}:${span.line}:${span.column}`)}  ${paint(tint, severity)}  ${message}`
  const line = texts.get(span.file)?.split("\n")[span.line - 1]
  if (line === undefined) return hint === undefined ? head : `${head}\n      ${hint}`
  const excerpt = cut(line.replace(/\r$/u, ""), span.column - 1, span.length)
  const number = String(span.line).padStart(5)
  const caret = `${" ".repeat(excerpt.before)}${paint(tint, "^".repeat(excerpt.under))}`
  return [
    head,
    `${paint(DIM, `${number} │`)} ${excerpt.text}`,
    `${paint(DIM, "      │")} ${caret}${hint === undefined ? "" : ` ${hint}`}`
  ].join("\n")
}

/** The part of a line to show, and how many columns the caret stands in and under. */
const cut = (line: string, start: number, length: number) => {
  const from = start + length <= WIDTH ? 0 : Math.max(0, start - 30)
  const shown = line.slice(from, from + WIDTH)
  const prefix = from === 0 ? "" : "…"
  const suffix = from + WIDTH < line.length ? "…" : ""
  const before = columns(prefix + line.slice(from, start))
  const marked = line.slice(start, Math.min(start + length, from + WIDTH))
  return { text: (prefix + shown + suffix).replaceAll("\t", " "), before, under: Math.max(1, columns(marked)) }
}

/** Columns of a terminal that a text takes. */
const columns = (text: string): number => {
  let total = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) total += isWide(segment) ? 2 : 1
  return total
}

const isWide = (segment: string): boolean => {
  const code = segment.codePointAt(0) ?? 0
  return (
    /\p{Emoji_Presentation}/u.test(segment) ||
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60)
  )
}
