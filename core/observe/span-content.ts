/** What may be said of a span, bounded: collectors refuse or cut what is larger. */
import { LONGEST_VALUE, MOST_ATTRIBUTES, MOST_EVENTS } from "../run/span-limits.ts"
import type { Attributes, AttributeValue, RunSpan, SpanEvent } from "./RunSpan.ts"

export interface GivenAttributes {
  readonly [name: string]: AttributeValue | undefined
}

/** The first of the attributes that have a value, and how many are left out. */
export const boundedAttributes = (
  given: GivenAttributes,
  dropped = 0
): Pick<RunSpan, "attributes" | "droppedAttributes"> => {
  // Most spans say little, and need no copy.
  if (isBounded(given)) return { attributes: given, droppedAttributes: dropped }
  const attributes: Record<string, AttributeValue> = {}
  let [kept, left] = [0, dropped]
  for (const name in given) {
    const value = given[name]
    if (value === undefined) continue
    if (kept++ < MOST_ATTRIBUTES) attributes[name] = typeof value === "string" ? cut(value) : value
    else left++
  }
  return { attributes, droppedAttributes: left }
}

const isBounded = (given: GivenAttributes): given is Attributes => {
  let count = 0
  for (const name in given) {
    const value = given[name]
    if (value === undefined || ++count > MOST_ATTRIBUTES || (typeof value === "string" && value.length > SHORT))
      return false
  }
  return true
}

/** Characters that no encoding makes too many bytes of. */
const SHORT = LONGEST_VALUE / 3

/** The first of the events, and how many are left out. */
export const boundedEvents = (
  events: ReadonlyArray<SpanEvent>,
  dropped = 0
): Pick<RunSpan, "events" | "droppedEvents"> => ({
  events: events.length > MOST_EVENTS ? events.slice(0, MOST_EVENTS) : events,
  droppedEvents: dropped + Math.max(0, events.length - MOST_EVENTS)
})

/** A text of bounded length, in UTF-8 too. */
export const cut = (text: string): string => {
  if (text.length * 3 <= LONGEST_VALUE || Buffer.byteLength(text) <= LONGEST_VALUE) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(LONGEST_VALUE - 3))
  return `${text.slice(0, read).toWellFormed()}…`
}

/** A value of any kind, as one that an attribute can have. */
export const scalar = (value: unknown): AttributeValue =>
  typeof value === "number" || typeof value === "boolean"
    ? value
    : typeof value === "string"
      ? value
      : JSON.stringify(value)

/** Values under names that begin alike. */
export const prefixed = (prefix: string, values: { readonly [name: string]: unknown }): Attributes => {
  const named: Record<string, AttributeValue> = {}
  for (const name in values) named[prefix + name] = scalar(values[name])
  return named
}
