/** Metrics, JSON values and figures as canonical JSON text: sorted keys, one spelling of each number. */

import { Result } from "effect"
import { isRecord } from "../document/is-record.ts"
import type { Json, Metrics } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import { attempt, type Coded, refuse } from "./CodecError.ts"
import { describeValue, isPlain } from "./unknown-value.ts"

/** Levels of nesting at most: deeper text overflows the stack of many readers, and a value that holds itself never ends. */
const MAX_DEPTH = 1000

/** The bytes of a value; refuses what JSON cannot hold, with the path to it. */
export const encodeJson = (format: string, value: unknown): Coded<Uint8Array> =>
  Result.map(asJson(format, value), (json) => new TextEncoder().encode(`${canonicalText(json)}\n`))

/** Reads JSON text. A number beyond float64 is refused, as it could not be written again. */
export const decodeJson = (format: string, bytes: Uint8Array): Coded<Json> =>
  Result.flatMap(
    attempt(format, (): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))),
    (value) => asJson(format, value)
  )

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
