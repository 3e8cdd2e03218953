/** Metrics, JSON values and figures as canonical JSON text: sorted keys, one spelling of each number. */

import { Result } from "effect"
import { isRecord } from "../document/is-record.ts"
import type { Json, Metrics } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import { attempt, type Coded, refuse } from "./CodecError.ts"
import { describeValue, isPlain } from "./unknown-value.ts"
import { isHeld, notHeld } from "./whole-number.ts"

/** Levels of nesting at most: deeper text overflows the stack of many readers, and a value that holds itself never ends. */
const MAX_DEPTH = 1000

/** The bytes of a value; refuses what JSON cannot hold, with the path to it. */
export const encodeJson = (format: string, value: unknown): Coded<Uint8Array> =>
  Result.map(asJson(format, value), (json) => new TextEncoder().encode(`${canonicalText(json)}\n`))

/** Reads JSON text of our own. A number beyond float64 is refused, as it could not be written again. */
export const decodeJson = (format: string, bytes: Uint8Array): Coded<Json> =>
  Result.flatMap(
    attempt(format, (): unknown => JSON.parse(textOf(bytes))),
    (value) => asJson(format, value)
  )

/**
 * Reads JSON text of other programs: a whole number that float64 would round is refused, too. Of a number that is not finite,
 * which many of them write, it is said where it stands, and what to do `instead`.
 */
export const decodeForeignJson = (format: string, bytes: Uint8Array, instead: string): Coded<Json> => {
  const decoded = decodeJson(format, bytes)
  const wrong = Result.isSuccess(decoded) ? findRounded(textOf(bytes)) : findNotFinite(bytes)
  if (wrong === undefined) return decoded
  return refuse(format, Result.isSuccess(decoded) ? wrong : `${wrong}, which JSON cannot hold; ${instead}`)
}

const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes)

/** A whole number that is long enough to be rounded, and no part of another number. */
const LONG = /(?<![\d.]|[eE][+-]?)-?\d{16,}(?![\d.eE])/gu

/** The first whole number of a JSON text that float64 would round, and where. */
const findRounded = (text: string): string | undefined => {
  for (const { written, at } of outsideStrings(text, LONG)) {
    if (!isHeld(written)) return `${placeIn(text, at)}: ${notHeld(written)}`
  }
  return undefined
}

/** As Python, JavaScript and others spell a number that is not finite. */
const NOT_FINITE = /-?\b(?:NaN|Infinity)\b/gu

/** A name and its colon, at the end of a text. */
const NAMED = /(?<name>"(?:[^"\\]|\\.)*")\s*:\s*$/u

/** Characters of a text that are searched for the name of what follows. */
const NAME_REACH = 200

/** The first number of a text that is not finite, with its name and where it stands. */
const findNotFinite = (bytes: Uint8Array): string | undefined => {
  const text = new TextDecoder().decode(bytes)
  for (const { written, at } of outsideStrings(text, NOT_FINITE)) {
    const { name = "it" } = NAMED.exec(text.slice(Math.max(0, at - NAME_REACH), at))?.groups ?? {}
    return `${placeIn(text, at)}: ${name} is ${written}`
  }
  return undefined
}

/** What matches a pattern outside of the strings of a JSON text, in order. */
const outsideStrings = function* (text: string, pattern: RegExp) {
  if (text.search(pattern) < 0) return
  for (let from = 0; from < text.length; ) {
    const quote = text.indexOf('"', from)
    const end = quote < 0 ? text.length : quote
    for (const { 0: written, index } of text.slice(from, end).matchAll(pattern)) yield { written, at: from + index }
    from = quote < 0 ? end : endOfString(text, quote)
  }
}

/** Behind the quote that closes a string, or the end of the text where none does; `open` is where it begins. */
const endOfString = (text: string, open: number): number => {
  let close = text.indexOf('"', open + 1)
  while (close >= 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1)
  return close < 0 ? text.length : close + 1
}

/** Whether an odd number of backslashes stands before a character. */
const isEscaped = (text: string, at: number): boolean => {
  let before = at
  while (text[before - 1] === "\\") before--
  return (at - before) % 2 === 1
}

const placeIn = (text: string, at: number): string => {
  const lines = text.slice(0, at).split("\n")
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}

/** Checks that a value is a map of finite numbers. */
export const asMetrics = (value: unknown): Coded<Metrics> => {
  if (!isRecord(value)) return refuse("Metrics", `it is ${describeValue(value)}, not a map from names to numbers`)
  for (const [name, item] of Object.entries(value)) {
    if (typeof item !== "number") return refuse("Metrics", `"${name}" is ${describeValue(item)}, not a number`)
    if (!Number.isFinite(item)) return refuse("Metrics", `"${name}" is ${item}; a metric is finite`)
  }
  return Result.succeed(value as Metrics)
}

const asJson = (format: string, value: unknown): Coded<Json> => {
  const wrong = findForeign(value, "", 0)
  return wrong === undefined ? Result.succeed(value as Json) : refuse(format, wrong)
}

/** What keeps a value from being JSON, and where; the first such place in order. */
const findForeign = (value: unknown, path: string, depth: number): string | undefined => {
  if (value === null || typeof value === "boolean" || typeof value === "string") return undefined
  if (typeof value === "number" && Number.isFinite(value)) return undefined
  const isMap = typeof value === "object" && !Array.isArray(value) && isPlain(value)
  if (!isMap && !Array.isArray(value)) return `${path || "it"} is ${describeValue(value)}, which JSON cannot hold`
  if (depth === MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels, or holds itself`
  const items = Array.isArray(value) ? value.entries() : Object.entries(value)
  for (const [key, item] of items) {
    const wrong = findForeign(item, childPath(path, key), depth + 1)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

const childPath = (path: string, key: number | string): string => {
  if (typeof key === "number") return `${path}[${key}]`
  return path === "" ? key : `${path}.${key}`
}
