/** Readable names of tasks: `circle`, `empirical@width=500,init=3`. */
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import type { JsonMap } from "./Plan.ts"

/** Text that needs no quotes: nothing that separates names, values and ports. */
const PLAIN = /^[\p{L}\p{N}_+-]+(?:\.\d+)?$/u

/** A matrix value as it stands in a task's name: one spelling for equal values. */
export const formatValue = (value: Json): string => {
  if (typeof value === "string") return PLAIN.test(value) && !looksTyped(value) ? value : JSON.stringify(value)
  return canonicalText(value)
}

// The text "500" and the number 500 are different values and must not share a name.
const looksTyped = (text: string): boolean =>
  text === "true" || text === "false" || text === "null" || /^[+-]?[\d.]/u.test(text)

/** The name of a task. */
export const taskId = (stage: string, matrix: JsonMap): string => {
  const values = Object.entries(matrix).map(([name, value]) => `${name}=${formatValue(value)}`)
  return values.length === 0 ? stage : `${stage}@${values.join(",")}`
}
