/** Values of which nothing is known yet: what they are, for a check and for a message. */

import { Effect } from "effect"

/** Whether an object is a map and nothing else: dates, typed arrays and other instances are more. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Values of another realm have another Object.prototype, which itself has none.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** A value that is not what was expected: `a list`, `NaN`, `the text "3"`. */
export const describeValue = (value: unknown): string => {
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined) {
    return String(value)
  }
  if (Array.isArray(value)) return "a list"
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 40))}`
  if (typeof value !== "object") return `a ${typeof value}`
  if (value instanceof Promise) return "a Promise that nobody waits for (yield* Effect.promise(() => …) does)"
  if (Effect.isEffect(value)) return "an Effect that nobody has run (yield* before it does)"
  const name: unknown = isPlain(value) ? "map" : value.constructor?.name
  return `${/^[AEIOU]/u.test(String(name)) ? "an" : "a"} ${String(name)}`
}
