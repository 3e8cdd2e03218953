/** Size and equality of JSON values, without their text. */
import type { Json } from "../stage/ArtifactKind.ts"

/** Largest extent of the value of an expression. */
export const MAX_EXTENT = 2_000_000

/** Deepest nesting of such a value: whoever walks it may recurse. */
export const MAX_LEVELS = 100

/**
 * How much a value holds: one for each value in it, and one for each character of text and keys.
 *
 * Parts that are shared count each time, as they would when written out; counting stops beyond `most`. Infinite for a
 * value with more than a hundred levels.
 */
export const extent = (value: Json, most: number): number => {
  if (typeof value !== "object" || value === null) return typeof value === "string" ? 1 + value.length : 1
  const waiting: Array<readonly [value: Json, level: number]> = [[value, 0]]
  let total = 0
  for (let next = waiting.pop(); next !== undefined && total <= most; next = waiting.pop()) {
    const [part, level] = next
    if (level > MAX_LEVELS) return Number.POSITIVE_INFINITY
    total += typeof part === "string" ? 1 + part.length : 1
    if (typeof part !== "object" || part === null) continue
    for (const [key, item] of Object.entries(part)) {
      if (!Array.isArray(part)) total += key.length
      waiting.push([item, level + 1])
    }
  }
  return total
}

/** Whether two values are the same, whatever the order of keys. */
export const isEqual = (a: Json, b: Json): boolean => {
  if (a === b) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, index) => isEqual(item, b[index] ?? null))
  }
  const [left, right] = [a as { readonly [key: string]: Json }, b as { readonly [key: string]: Json }]
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key] ?? null, right[key] ?? null))
}
