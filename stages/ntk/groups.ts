/** Networks of a fan-in, by width. */
import type { Json, Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"

/** An item of a fan-in over width and init. */
export interface Item {
  readonly matrix: { readonly [name: string]: Json }
  readonly value: Tensor
}

export interface Member {
  /** Which of its width: the matrix value `init`, 0 where there is none; the names and values of others where there are others. */
  readonly init: string
  /** Width and init as names of metrics carry them: `width=100,init=3`. */
  readonly place: string
  readonly shape: ReadonlyArray<number>
  readonly data: Float64Array
}

export interface Group {
  readonly width: number
  /** In the order of the fan-in. */
  readonly members: ReadonlyArray<Member>
}

/** A fan-in whose items do not say of which width they are. */
export class NoWidth extends Schema.TaggedError<NoWidth>()("NoWidth", { input: Schema.String, matrix: Schema.String }) {
  override get message(): string {
    return `an item of ${this.input} has the matrix values ${this.matrix}: a number \`width\` above 0 is needed`
  }
}

/** A fan-in of which two items have the same matrix values. */
export class TwoAlike extends Schema.TaggedError<TwoAlike>()("TwoAlike", {
  input: Schema.String,
  place: Schema.String
}) {
  override get message(): string {
    return `${this.input} has two items with ${this.place}`
  }
}

/** Two fan-ins that are not about the same networks. */
export class NoPartner extends Schema.TaggedError<NoPartner>()("NoPartner", {
  input: Schema.String,
  place: Schema.String,
  other: Schema.String
}) {
  override get message(): string {
    return `${this.input} has an item with ${this.place}, ${this.other} has none`
  }
}

/** Items by rising width. */
export const byWidth = (
  input: string,
  items: ReadonlyArray<Item>
): Effect.Effect<ReadonlyArray<Group>, NoWidth | TwoAlike> =>
  Effect.gen(function* () {
    const members = new Map<number, Array<Member>>()
    const places = new Set<string>()
    for (const { matrix, value } of items) {
      const width = matrix["width"]
      if (typeof width !== "number" || !(width > 0))
        return yield* new NoWidth({ input, matrix: JSON.stringify(matrix) })
      const init = initOf(matrix)
      const place = `width=${width},${init.includes("=") ? init : `init=${init}`}`
      if (places.has(place)) return yield* new TwoAlike({ input, place })
      places.add(place)
      const group = members.get(width) ?? []
      members.set(width, [...group, { init, place, shape: value.shape, data: float64(value) }])
    }
    return [...members.keys()].sort((a, b) => a - b).map((width) => ({ width, members: members.get(width) ?? [] }))
  })

const initOf = ({ width: _, ...others }: Item["matrix"]): string => {
  const names = Object.keys(others).sort()
  if (names.length === 0) return "0"
  if (names.join() === "init") return textOf(others["init"])
  return names.map((name) => `${name}=${textOf(others[name])}`).join(",")
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : JSON.stringify(value))

/** The member of another fan-in with the same matrix values. */
export const partnerOf = (place: string, groups: ReadonlyArray<Group>): Member | undefined =>
  groups.flatMap(({ members }) => members).find((member) => member.place === place)

/** Refuses a fan-in with a member that has no partner in another. */
export const checkPartners = (
  input: string,
  groups: ReadonlyArray<Group>,
  other: string,
  others: ReadonlyArray<Group>
): Effect.Effect<void, NoPartner> => {
  const alone = groups.flatMap(({ members }) => members).find(({ place }) => partnerOf(place, others) === undefined)
  return alone === undefined ? Effect.void : Effect.fail(new NoPartner({ input, place: alone.place, other }))
}

/** Refuses a fan-in with a member of another shape. */
export const checkShapes = (
  input: string,
  groups: ReadonlyArray<Group>,
  fits: (shape: ReadonlyArray<number>, place: string) => boolean,
  expected: string
): Effect.Effect<void, ShapeMismatch> => {
  const wrong = groups.flatMap(({ members }) => members).find(({ shape, place }) => !fits(shape, place))
  return wrong === undefined
    ? Effect.void
    : Effect.fail(new ShapeMismatch({ input: `${input} with ${wrong.place}`, found: wrong.shape, expected }))
}

/** Rounded for figures: no reader sees more, and files stay small. */
export const shown = (value: number): number => Number(value.toPrecision(6))

/** The words for a width in legends. */
export const widthLabel = (width: number): string => `n = ${width}`
