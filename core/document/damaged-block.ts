/** The lines that a syntax error makes unreadable, found by indentation: what a person would call its entry. */
import { line, lineIndex, type SourceText } from "./SourceText.ts"

/** Lines counted from 1, both ends included. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

export interface Block extends LineRange {
  /** The line of the top-level key that the block belongs to. */
  readonly top: number
}

/** The entry of the second level around an offset, or of the first when it lies on no second; `undefined` when there is nothing. */
export const blockAround = (source: SourceText, offset: number): Block | undefined => {
  const at = lineIndex(source, offset)
  const top = headerBefore(source, at, 0, 0)
  if (top === undefined) return undefined
  const end = lastOf(source, top, 0)
  const child = childIndentation(source, top, end)
  const isText = /[|>][-+\d]*\s*$/u.test(line(source, top))
  const inner = child === undefined || at === top || isText ? undefined : headerBefore(source, at, child, top + 1)
  if (inner === undefined || child === undefined) return { top: top + 1, first: top + 1, last: end + 1 }
  return { top: top + 1, first: inner + 1, last: Math.min(end, lastOf(source, inner, child)) + 1 }
}

/**
 * The text with a block blanked, all offsets kept; the key that heads it stays when the block has more than that, so
 * that others may still refer to it. `undefined` when nothing is left to blank.
 */
export const blank = (
  source: SourceText,
  { first, last }: LineRange
): { readonly text: string; readonly isKeyKept: boolean } | undefined => {
  const start = source.lineStarts[first - 1] ?? 0
  const end = source.lineStarts[last] ?? source.text.length
  const key = /^[ ]*[\w./-]+:(?=\s|$)/u.exec(line(source, first - 1))?.[0].length ?? 0
  const isKeyKept = key > 0 && source.text.slice(start + key, end).trim() !== ""
  const from = isKeyKept ? start + key : start
  const block = source.text.slice(from, end)
  if (block.trim() === "") return undefined
  return { text: source.text.slice(0, from) + block.replace(/[^\n]/gu, " ") + source.text.slice(end), isKeyKept }
}

/** Spaces before the text. A line with a tab there stands nowhere: it belongs to what is above. */
const indentationOf = (text: string): number => {
  const indentation = /^[ \t]*/u.exec(text)?.[0] ?? ""
  return indentation.includes("\t") ? Number.POSITIVE_INFINITY : indentation.length
}

const isBlank = (text: string): boolean => /^\s*(?:#|$)/u.test(text)

/** The nearest line at or above one that holds something and is indented by no more than `most`. */
const headerBefore = (source: SourceText, at: number, most: number, least: number): number | undefined => {
  for (let index = at; index >= least; index--) {
    const text = line(source, index)
    if (!isBlank(text) && indentationOf(text) <= most) return index
  }
  return undefined
}

/** The last line that belongs to the entry headed by a line. */
const lastOf = (source: SourceText, header: number, indentation: number): number => {
  let index = header + 1
  while (index < source.lineStarts.length) {
    const text = line(source, index)
    if (!isBlank(text) && indentationOf(text) <= indentation) break
    index++
  }
  return index - 1
}

const childIndentation = (source: SourceText, header: number, end: number): number | undefined => {
  for (let index = header + 1; index <= end; index++) {
    const text = line(source, index)
    if (isBlank(text)) continue
    const indentation = indentationOf(text)
    return Number.isFinite(indentation) ? indentation : undefined
  }
  return undefined
}
