/** From a YAML node to a template: literals, lists and maps, with the expressions in its scalars parsed. */
import { Result } from "effect"
import { isMap, isScalar, isSeq, Scalar } from "yaml"
import type { Cursor } from "./Cursor.ts"
import type { Expression } from "./Expression.ts"
import { parseExpression } from "./parse-expression.ts"
import { span as spanOf } from "./SourceText.ts"
import type { Span } from "./Span.ts"
import type { Template, TemplateEntry, TemplateMap } from "./Template.ts"

/** Reads a value; what cannot be read becomes `null` after a complaint. */
export const readTemplate = (cursor: Cursor, node: unknown, otherwise?: Span): Template => {
  const resolved = cursor.resolve(node)
  const span = cursor.span(node, otherwise)
  if (isMap(resolved)) return readMap(cursor, node, otherwise)
  if (isSeq(resolved)) {
    return { _tag: "List", items: resolved.items.map((item) => readTemplate(cursor, item, span)), span }
  }
  const value = cursor.scalar(resolved)
  if (typeof value === "string") return readText(cursor, resolved, value, span)
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) {
    cursor.complain(span, `the number ${value} cannot be kept exactly; write it as text`)
    return { _tag: "Literal", value: null, span }
  }
  return { _tag: "Literal", value: value ?? null, span }
}

/** Reads a map of templates. */
export const readMap = (cursor: Cursor, node: unknown, otherwise?: Span): TemplateMap => {
  const span = cursor.span(node, otherwise)
  const entries = cursor
    .fields(node, "the value", otherwise)
    .map(({ key, keySpan, value }): TemplateEntry => ({ key, keySpan, value: readTemplate(cursor, value, keySpan) }))
  return { _tag: "Map", entries, span }
}

const OPEN = "${{"

const readText = (cursor: Cursor, node: unknown, text: string, span: Span): Template => {
  if (!text.includes(OPEN)) return { _tag: "Literal", value: text, span }
  const parts: Array<string | Expression> = []
  let at = 0
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
    const close = text.indexOf("}}", open)
    if (close < 0) {
      const offset = offsetIn(cursor, node, text, open)
      cursor.complain(
        offset === undefined ? span : spanOf(cursor.source, offset, offset + OPEN.length),
        "expression: ${{ has no closing }}"
      )
      return { _tag: "Literal", value: null, span }
    }
    if (open > at) parts.push(text.slice(at, open))
    const expression = readExpression(cursor, node, text, open + OPEN.length, close, span)
    if (expression === undefined) return { _tag: "Literal", value: null, span }
    parts.push(expression)
    at = close + 2
  }
  const [only] = parts
  if (parts.length === 1 && at === text.length && typeof only === "object") {
    return { _tag: "Computed", expression: only, span }
  }
  return { _tag: "Text", parts: at < text.length ? [...parts, text.slice(at)] : parts, span }
}

const readExpression = (
  cursor: Cursor,
  node: unknown,
  text: string,
  start: number,
  end: number,
  span: Span
): Expression | undefined => {
  const offset = offsetIn(cursor, node, text, start)
  const spanAt = (from: number, to: number): Span =>
    offset === undefined ? span : spanOf(cursor.source, offset + from, offset + to)
  const parsed = parseExpression(text.slice(start, end), spanAt)
  if (Result.isSuccess(parsed)) return parsed.success
  cursor.diagnostics.push(parsed.failure)
  return undefined
}

/**
 * Offset in the file of a position within a scalar's value.
 *
 * Only where the text stands in the file as it is: plain and quoted scalars on one line without escapes before the
 * position. Elsewhere the place of the whole scalar must do.
 */
const offsetIn = (cursor: Cursor, node: unknown, text: string, position: number): number | undefined => {
  if (!isScalar(node) || node.range === undefined || node.range === null) return undefined
  const quote = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE ? 1 : 0
  const start = node.range[0] + quote
  if (cursor.source.text.startsWith(text.slice(0, position), start)) return start + position
  // A block scalar: the line that holds the expression stands in the file once its indentation is skipped.
  const line = text.slice(text.lastIndexOf("\n", position - 1) + 1).split("\n")[0] ?? ""
  const found = line === "" ? -1 : cursor.source.text.indexOf(line, node.range[0])
  if (found < 0 || found > node.range[1]) return undefined
  return found + (position - (text.lastIndexOf("\n", position - 1) + 1))
}
