/** Checks of the arguments that functions of expressions are called with. */
import { isGuarded } from "../fault/hooks.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { isRecord } from "./is-record.ts"

/** Longest list that an expression may make. */
const MAX_ITEMS = 100_000

/** Raised inside of a function; the evaluator turns it into a complaint at the call. */
export class BadArgument extends Error {}

/** What a value is, in a person's words. */
export const describe = (value: Json | undefined): string => {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "object") return "a map"
  if (typeof value !== "string") return String(value)
  return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`
}

export const number = (value: Json | undefined): number => {
  if (typeof value !== "number") throw new BadArgument(`takes a number, not ${describe(value)}`)
  return value
}

export const integer = (value: Json | undefined): number => {
  const checked = number(value)
  if (!Number.isInteger(checked)) throw new BadArgument(`takes a whole number, not ${checked}`)
  return checked
}

export const list = (value: Json | undefined): ReadonlyArray<Json> => {
  if (!Array.isArray(value)) throw new BadArgument(`takes a list, not ${describe(value)}`)
  return value
}

export const map = (value: Json | undefined): { readonly [key: string]: Json } => {
  if (!isRecord(value)) throw new BadArgument(`takes a map, not ${describe(value)}`)
  return value
}

/** Numbers given one by one or as one list. */
export const numbers = (values: ReadonlyArray<Json>): ReadonlyArray<number> => {
  const [only] = values
  const items = values.length === 1 && Array.isArray(only) ? list(only) : values
  if (items.length === 0) throw new BadArgument("takes at least one number")
  return items.map(number)
}

/** Text as it is; other values as JSON. */
export const text = (value: Json | undefined): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? null)

/** Refuses a list that would be too long, before it is made. */
export const checkedLength = (length: number): number => {
  if (length > MAX_ITEMS && isGuarded("bound-expressions"))
    throw new BadArgument(`would make ${length} items; the limit is ${MAX_ITEMS}`)
  return length
}
