/** The text of a file, with its lines, so that offsets become places. */
import type { Span } from "./Span.ts"

export interface SourceText {
  readonly file: string
  readonly text: string
  /** Offset of the start of each line. */
  readonly lineStarts: ReadonlyArray<number>
}

export const make = (file: string, text: string): SourceText => {
  const lineStarts = [0]
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1)
  return { file, text, lineStarts }
}

/** The span between two offsets; what reaches beyond the first line is cut there, and a span is never empty. */
export const span = ({ file, text, lineStarts }: SourceText, start: number, end: number): Span => {
  const from = Math.max(0, Math.min(start, text.length))
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lineStarts[middle] ?? 0) <= from) low = middle
    else high = middle - 1
  }
  const lineStart = lineStarts[low] ?? 0
  const newline = text.indexOf("\n", from)
  const lineEnd = newline < 0 ? text.length : newline
  return { file, line: low + 1, column: from - lineStart + 1, length: Math.max(1, Math.min(end, lineEnd) - from) }
}
