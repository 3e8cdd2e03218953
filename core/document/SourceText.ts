/** The text of a file, with its lines, so that offsets become places. */
import type { Span } from "./Span.ts"

export interface SourceText {
  readonly file: string
  /** Without a byte order mark: columns count from what a person sees. */
  readonly text: string
  /** Offset of the start of each line. */
  readonly lineStarts: ReadonlyArray<number>
}

export const make = (file: string, marked: string): SourceText => {
  const text = marked.startsWith("\ufeff") ? marked.slice(1) : marked
  const lineStarts = [0]
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1)
  return { file, text, lineStarts }
}

/** Index, from 0, of the line that an offset lies on. */
export const lineIndex = ({ lineStarts }: SourceText, offset: number): number => {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (lineStarts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Where a line ends, its line break left out. */
const lineEnd = ({ text, lineStarts }: SourceText, index: number): number => {
  const next = lineStarts[index + 1]
  if (next === undefined) return text.length
  return text[next - 2] === "\r" ? next - 2 : next - 1
}

/** The text of a line without its line break. */
export const line = (source: SourceText, index: number): string =>
  source.text.slice(source.lineStarts[index], lineEnd(source, index))

/** The span between two offsets; what reaches beyond the first line is cut there, and a span is never empty. */
export const span = (source: SourceText, start: number, end: number): Span => {
  const from = Math.max(0, Math.min(start, source.text.length))
  const index = lineIndex(source, from)
  const to = Math.min(end, lineEnd(source, index))
  return {
    file: source.file,
    line: index + 1,
    column: from - source.lineStarts[index]! + 1,
    length: Math.max(1, to - from)
  }
}
