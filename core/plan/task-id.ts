/** Readable names of tasks: `circle`, `empirical@width=500,init=3`. */
import { isRecord } from "../document/is-record.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import type { JsonMap } from "./Plan.ts"

/** Text that needs no quotes: nothing that separates names, values and ports. */
const PLAIN = /^[\p{L}\p{N}_+-]+(?:\.\d+)?$/u

/** A key of a map that needs no quotes: nothing that separates keys. */
const PLAIN_KEY = /^[\p{L}\p{N}_-]+$/u

/**
 * A matrix value as it stands in a task's name: one spelling for equal values.
 *
 * A map goes by its `name` or `id`, so that two maps may share a spelling; one that has neither is written
 * `depth:2+width:3`, its keys in order.
 */
export const formatValue = (value: Json): string => {
  if (typeof value === "string") return PLAIN.test(value) && !looksTyped(value) ? value : JSON.stringify(value)
  return isRecord(value) ? formatMap(value) : canonicalText(value)
}

const formatMap = (map: JsonMap): string => {
  const name = ["name", "id"].flatMap((key) => (Object.hasOwn(map, key) ? [map[key]] : [])).find(isName)
  if (name !== undefined) return formatValue(name)
  const keys = Object.keys(map).sort()
  if (keys.length === 0) return "{}"
  return keys
    .map((key) => `${PLAIN_KEY.test(key) ? key : JSON.stringify(key)}:${formatPart(map[key] ?? null)}`)
    .join("+")
}

const isName = (value: Json | undefined): value is string | number =>
  typeof value === "string" || typeof value === "number"

/** A map within a map is written in full. */
const formatPart = (value: Json): string => (isRecord(value) ? canonicalText(value) : formatValue(value))

// The text "500" and the number 500 are different values and must not share a name.
const looksTyped = (text: string): boolean =>
  text === "true" || text === "false" || text === "null" || /^[+-]?[\d.]/u.test(text)

/** The name of a task. */
export const taskId = (stage: string, matrix: JsonMap): string => {
  const values = Object.entries(matrix).map(([name, value]) => `${name}=${formatValue(value)}`)
  return values.length === 0 ? stage : `${stage}@${values.join(",")}`
}

/** Name of the stage of a task: `empirical` of `empirical@width=500,init=3`. */
export const stageOf = (task: string): string => {
  const at = task.indexOf("@")
  return at < 0 ? task : task.slice(0, at)
}
