/** From a YAML node to a template: literals, lists and maps, with the expressions in its scalars parsed. */
import { Result } from "effect"
import { isMap, isScalar, isSeq, type Scalar } from "yaml"
import { isGuarded } from "../fault/hooks.ts"
import type { Cursor } from "./Cursor.ts"
import type { Expression } from "./Expression.ts"
import { parseExpression } from "./parse-expression.ts"
import { span as spanOf } from "./SourceText.ts"
import type { Span } from "./Span.ts"
import { scalarOffsets } from "./scalar-offsets.ts"
import type { Template, TemplateEntry, TemplateMap } from "./Template.ts"

/** Reads a value; what cannot be read becomes `null` after a complaint. */
export const readTemplate = (cursor: Cursor, node: unknown, otherwise?: Span): Template => {
  const resolved = cursor.resolve(node)
  const span = cursor.span(node, otherwise)
  if (isMap(resolved)) return readMap(cursor, node, "the value", otherwise)
  if (isSeq(resolved)) {
    return { _tag: "List", items: resolved.items.map((item) => readTemplate(cursor, item, span)), span }
  }
  const value = cursor.scalar(resolved) ?? null
  if (typeof value === "string") return readText(cursor, resolved, value, span)
  if (typeof value === "number") checkExact(cursor, resolved, value, span)
  return { _tag: "Literal", value, span }
}

/** Reads a map of templates. `what` names it in complaints. */
export const readMap = (cursor: Cursor, node: unknown, what: string, otherwise?: Span): TemplateMap => {
  const span = cursor.span(node, otherwise)
  const entries = cursor
    .fields(node, what, otherwise)
    .map(({ key, keySpan, value }): TemplateEntry => ({ key, keySpan, value: readTemplate(cursor, value, keySpan) }))
  return { _tag: "Map", entries, span }
}

/** `.inf`, `1e999` and whole numbers beyond 2^53 have no JSON number of the same value. */
const checkExact = (cursor: Cursor, node: unknown, value: number, span: Span): void => {
  if (!isGuarded("refuse-inexact")) return
  const written = isScalar(node) ? (node.source ?? String(value)) : String(value)
  if (!Number.isFinite(value)) cursor.complain(span, `${written} is no finite number`)
  else if (/^[-+]?(?:\d+|0x[\da-fA-F]+|0o[0-7]+)$/u.test(written) && !Number.isSafeInteger(value)) {
    cursor.complain(
      span,
      `${written} cannot be kept exactly: whole numbers end at ±9007199254740991`,
      "quotes make text of it"
    )
  }
}

const OPEN = "${{"

const readText = (cursor: Cursor, node: unknown, text: string, span: Span): Template => {
  if (!text.includes(OPEN) || !isScalar(node)) return { _tag: "Literal", value: text, span }
  const place = placesOf(cursor, node, text, span)
  const parts: Array<string | Expression> = []
  let at = 0
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
    const start = open + OPEN.length
    const close = closing(text, start)
    if (close < 0) {
      // In plain text YAML takes what follows " #" for a comment.
      const hint = node.comment === undefined ? undefined : "text after # is a comment: write the expression in quotes"
      cursor.complain(place(open, start), "expression: ${{ has no closing }}", hint)
      return { _tag: "Literal", value: null, span }
    }
    const expression = parseExpression(text.slice(start, close), (from, to) => place(start + from, start + to))
    if (Result.isFailure(expression)) {
      cursor.diagnostics.push(expression.failure)
      return { _tag: "Literal", value: null, span }
    }
    if (open > at) parts.push(text.slice(at, open))
    parts.push(expression.success)
    at = close + 2
  }
  const [only] = parts
  if (parts.length === 1 && at === text.length && typeof only === "object") {
    return { _tag: "Computed", expression: only, span }
  }
  return { _tag: "Text", parts: at < text.length ? [...parts, text.slice(at)] : parts, span }
}

/** The place in the file of a stretch of a scalar's value; of the whole scalar where its text cannot be followed. */
export const placesOf = (cursor: Cursor, node: Scalar, text: string, span: Span) => {
  const offsets = scalarOffsets(cursor.source.text, node, text)
  return (from: number, to: number): Span => {
    const start = offsets?.[from]
    const last = offsets?.[Math.max(from, to - 1)]
    return start === undefined || last === undefined ? span : spanOf(cursor.source, start, last + 1)
  }
}

/** Where the expression that starts at a position ends: the first }} outside of its quotes. */
const closing = (text: string, start: number): number => {
  let quote = ""
  for (let at = start; at < text.length; at++) {
    const character = text[at]!
    if (quote !== "") {
      if (character === "\\" && quote === '"') at++
      else if (character === quote) quote = ""
    } else if (character === '"' || character === "'") quote = character
    else if (character === "}" && text[at + 1] === "}") return at
  }
  // A quote that is never closed is for the expression's own reader to complain of.
  return quote === "" ? -1 : text.indexOf("}}", start)
}
