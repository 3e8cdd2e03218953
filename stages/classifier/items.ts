/** Items of fan-ins, by the matrix values of the tasks that made them. */
import type { Json, Table } from "athanor/stage"
import { Effect, Schema } from "effect"

export interface Item<Value> {
  readonly matrix: { readonly [name: string]: Json }
  readonly value: Value
}

/** An item does not say which network it is of, or which backend. */
export class Unnamed extends Schema.TaggedError<Unnamed>()("Unnamed", {
  input: Schema.String,
  matrix: Schema.String,
  name: Schema.String
}) {
  override get message(): string {
    return `an item of ${this.input} has the matrix values ${this.matrix}: a text \`${this.name}\` is needed`
  }
}

/** An item has no partner in another fan-in. */
export class NoPartner extends Schema.TaggedError<NoPartner>()("NoPartner", {
  input: Schema.String,
  matrix: Schema.String,
  other: Schema.String
}) {
  override get message(): string {
    return `${this.input} has an item with ${this.matrix}, ${this.other} has none`
  }
}

/** A matrix value that is a text. */
export const textOf = (input: string, { matrix }: Item<unknown>, name: string): Effect.Effect<string, Unnamed> => {
  const value = matrix[name]
  return typeof value === "string"
    ? Effect.succeed(value)
    : Effect.fail(new Unnamed({ input, matrix: JSON.stringify(matrix), name }))
}

/** The value of another fan-in whose matrix values are those of this item. */
export const partnerOf = <Value>(
  input: string,
  { matrix }: Item<unknown>,
  other: string,
  others: ReadonlyArray<Item<Value>>
): Effect.Effect<Value, NoPartner> => {
  const place = placeOf(matrix)
  const found = others.find((item) => placeOf(item.matrix) === place)
  return found === undefined ? Effect.fail(new NoPartner({ input, matrix: place, other })) : Effect.succeed(found.value)
}

/** The matrix values in one order, as names of lines: two items of one fan-in never have the same. */
export const placeOf = (matrix: Item<unknown>["matrix"]): string =>
  Object.keys(matrix)
    .sort()
    .map((name) => `${name}=${JSON.stringify(matrix[name])}`)
    .join(",")

/** Values under the same key, in the order in which keys first come. */
export const grouped = <Value>(
  values: ReadonlyArray<Value>,
  keyOf: (value: Value) => string
): ReadonlyArray<readonly [key: string, members: ReadonlyArray<Value>]> => {
  const groups = new Map<string, Array<Value>>()
  for (const value of values) {
    const key = keyOf(value)
    groups.set(key, [...(groups.get(key) ?? []), value])
  }
  return [...groups]
}

/** A column of numbers of a course; empty where it has none of this name. */
export const columnOf = ({ columns }: Table, name: string): Float64Array =>
  Float64Array.from(columns[name] ?? [], Number)
