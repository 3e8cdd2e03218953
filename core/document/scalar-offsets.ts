/** Where in the file each character of a scalar's value stands: YAML folds lines, indents blocks and escapes in quotes. */
import { Scalar } from "yaml"

/** Offset in the file of each UTF-16 unit of the value; `undefined` when the two cannot be laid side by side. */
export type Offsets = Int32Array | undefined

export const scalarOffsets = (text: string, node: Scalar, value: string): Offsets => {
  const range = node.range
  if (range === undefined || range === null) return undefined
  const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED
  return isBlock ? blockOffsets(text, range[0], range[1], value) : flowOffsets(text, range[0], range[1], node, value)
}

/** White space, and the line breaks and indentation that follow it. */
const SPACE = /[ \t]*(?:\r?\n[ \t\r\n]*)?/uy

const CONTINUATION = /\\\r?\n[ \t]*/uy

const ESCAPE_LENGTH: { readonly [letter: string]: number } = { x: 4, u: 6, U: 10 }

/** Plain and quoted scalars: line breaks become a space, escapes become one character. */
const flowOffsets = (text: string, start: number, end: number, { type }: Scalar, value: string): Offsets => {
  const offsets = new Int32Array(value.length)
  const isDouble = type === Scalar.QUOTE_DOUBLE
  const isSingle = type === Scalar.QUOTE_SINGLE
  let at = isDouble || isSingle ? start + 1 : start
  let filled = 0
  while (filled < value.length && at < end) {
    const space = matchAt(SPACE, text, at)
    const breaks = space.split("\n").length - 1
    if (breaks > 0) {
      const width = Math.max(1, breaks - 1)
      offsets.fill(at, filled, filled + width)
      filled += width
    } else for (let index = 0; index < space.length; index++) offsets[filled++] = at + index
    at += space.length
    if (space !== "") continue
    const continuation = isDouble ? matchAt(CONTINUATION, text, at) : ""
    if (continuation === "") offsets[filled++] = at
    const isEscape = (isDouble && text[at] === "\\") || (isSingle && text[at] === "'")
    at += continuation.length || (isEscape ? (ESCAPE_LENGTH[isDouble ? (text[at + 1] ?? "") : ""] ?? 2) : 1)
  }
  return filled === value.length ? offsets : undefined
}

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ""
}

/** Block scalars: each line of the file, without its indentation, stands in the value as it is. */
const blockOffsets = (text: string, start: number, end: number, value: string): Offsets => {
  const offsets = new Int32Array(value.length).fill(start)
  let filled = 0
  let at = text.indexOf("\n", start) + 1
  while (at > 0 && at < end) {
    const next = text.indexOf("\n", at) + 1 || text.length
    const content = text.slice(at, Math.min(next, end)).trim()
    if (content !== "") {
      const found = at + text.slice(at, next).indexOf(content)
      while (filled < value.length && /\s/u.test(value[filled] ?? "")) filled++
      if (!value.startsWith(content, filled)) return undefined
      for (let index = 0; index < content.length; index++) offsets[filled++] = found + index
    }
    at = next
  }
  return offsets
}
