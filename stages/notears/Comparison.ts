/** Evaluations of several methods in several settings, side by side. */
import type { Json, Metrics } from "athanor/stage"
import { Effect, Option, Schema } from "effect"
import { mean } from "../math/special/Statistics.ts"

export interface Item {
  readonly matrix: { readonly [name: string]: Json }
  readonly value: Metrics
}

/** What one method came to in one setting. */
export interface Trial {
  readonly method: string
  /** The other matrix values; two trials of one setting are about the same data. */
  readonly setting: string
  /** The matrix values `d` and `noise`; "" where there is none. */
  readonly d: number
  readonly noise: string
  /** Of `notears/evaluate`. */
  readonly values: Metrics
}

/** An item does not say by which method, or on how many nodes. */
export class Unplaced extends Schema.TaggedError<Unplaced>()("Unplaced", { matrix: Schema.String }) {
  override get message(): string {
    return `an evaluation has the matrix values ${this.matrix}: a name as \`method\` and a number \`d\` are needed`
  }
}

export const trialsOf = (items: ReadonlyArray<Item>): Effect.Effect<ReadonlyArray<Trial>, Unplaced> =>
  Effect.forEach(items, ({ matrix, value }) => {
    const { method: named, ...others } = matrix
    const [method, { d, noise }] = [nameOf(named), others]
    if (method === "" || typeof d !== "number") return Effect.fail(new Unplaced({ matrix: JSON.stringify(matrix) }))
    return Effect.succeed({ method, d, noise: nameOf(noise), setting: placeOf(others), values: value })
  })

/** A text, or the `name` of a map; "" of anything else. */
export const nameOf = (value: Json | undefined): string => {
  if (typeof value === "string") return value
  return Option.match(decodeNamed(value), { onNone: () => "", onSome: (only) => Object.values(only)[0] ?? "" })
}

/** Decoding leaves out all else that the map has. */
const decodeNamed = Schema.decodeUnknownOption(Schema.Struct({ name: Schema.String }))

/** Matrix values as one text, whatever their order. */
export const placeOf = (matrix: Item["matrix"]): string =>
  Object.keys(matrix)
    .sort()
    .map((name) => `${name}=${JSON.stringify(matrix[name])}`)
    .join(",")

/** Trials under the same key, in the order in which keys first come. */
export const grouped = (
  trials: ReadonlyArray<Trial>,
  keyOf: (trial: Trial) => string
): ReadonlyMap<string, ReadonlyArray<Trial>> => {
  const groups = new Map<string, Array<Trial>>()
  for (const trial of trials) {
    const group = groups.get(keyOf(trial))
    if (group === undefined) groups.set(keyOf(trial), [trial])
    else group.push(trial)
  }
  return groups
}

/** What trials of several methods have in common. */
export const methodsOf = (trials: ReadonlyArray<Trial>): ReadonlyArray<string> => [
  ...new Set(trials.map(({ method }) => method))
]

/** The mean of a value over those trials that have it; NaN where none has. */
export const meanOf = (trials: ReadonlyArray<Trial>, name: string): number =>
  mean(trials.flatMap(({ values }) => values[name] ?? []))

/** The largest of a value over those trials that have it; NaN where none has. */
export const largestOf = (trials: ReadonlyArray<Trial>, name: string): number => {
  const found = trials.flatMap(({ values }) => values[name] ?? [])
  return found.length === 0 ? Number.NaN : found.reduce((most, value) => Math.max(most, value))
}

export interface Pair {
  readonly one: Trial
  readonly other: Trial
}

/** The trials of one method, each with that of another in the same setting, where there is one. */
export const pairs = (trials: ReadonlyArray<Trial>, one: string, other: string): ReadonlyArray<Pair> => {
  const others = new Map(trials.flatMap((trial) => (trial.method === other ? [[trial.setting, trial] as const] : [])))
  return trials.flatMap((trial) => {
    const partner = others.get(trial.setting)
    return trial.method === one && partner !== undefined ? [{ one: trial, other: partner }] : []
  })
}
