/** The functions that expressions may call. They are pure and bounded. */
import type { Json } from "../stage/ArtifactKind.ts"

/** Longest list that an expression may make. */
export const MAX_ITEMS = 100_000

/** Raised inside of a function; the evaluator turns it into a complaint at the call. */
export class BadArgument extends Error {}

export interface ExpressionFunction {
  /** As a person would write the call. */
  readonly signature: string
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number]
  readonly apply: (values: ReadonlyArray<Json>) => Json
}

const number = (value: Json | undefined): number => {
  if (typeof value !== "number") throw new BadArgument(`takes a number, not ${describe(value)}`)
  return value
}

const integer = (value: Json | undefined): number => {
  const checked = number(value)
  if (!Number.isInteger(checked)) throw new BadArgument(`takes a whole number, not ${checked}`)
  return checked
}

const list = (value: Json | undefined): ReadonlyArray<Json> => {
  if (!Array.isArray(value)) throw new BadArgument(`takes a list, not ${describe(value)}`)
  return value
}

/** What a value is, in a person's words. */
export const describe = (value: Json | undefined): string => {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "object") return "a map"
  return typeof value === "string" ? `the text "${value}"` : String(value)
}

const checkedLength = (length: number): number => {
  if (length > MAX_ITEMS) throw new BadArgument(`would make ${length} items; the limit is ${MAX_ITEMS}`)
  return length
}

const range = (values: ReadonlyArray<Json>): Json => {
  const [start, stop] = values.length === 1 ? [0, number(values[0])] : [number(values[0]), number(values[1])]
  const step = values.length === 3 ? number(values[2]) : 1
  if (step === 0) throw new BadArgument("takes a step other than 0")
  const length = checkedLength(Math.max(0, Math.ceil((stop - start) / step - 1e-9)))
  return Array.from({ length }, (_, index) => start + index * step)
}

const spaced = (values: ReadonlyArray<Json>): ReadonlyArray<number> => {
  const [start, stop, count] = [number(values[0]), number(values[1]), checkedLength(integer(values[2]))]
  if (count < 1) throw new BadArgument("takes a count of at least 1")
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 && count > 1 ? stop : start + ((stop - start) * index) / Math.max(1, count - 1)
  )
}

const unary = (name: string, apply: (x: number) => number): ExpressionFunction => ({
  signature: `${name}(x)`,
  arity: [1, 1],
  apply: ([x]) => apply(number(x))
})

/** Numbers given one by one or as one list. */
const numbers = (values: ReadonlyArray<Json>): ReadonlyArray<number> => {
  const items = values.length === 1 && Array.isArray(values[0]) ? list(values[0]) : values
  if (items.length === 0) throw new BadArgument("takes at least one number")
  return items.map(number)
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : JSON.stringify(value ?? null))

export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries<ExpressionFunction>({
    range: { signature: "range(n), range(from, to) or range(from, to, step)", arity: [1, 3], apply: range },
    linspace: { signature: "linspace(from, to, count)", arity: [3, 3], apply: (values) => spaced(values) },
    logspace: {
      signature: "logspace(from, to, count), powers of 10",
      arity: [3, 3],
      apply: (values) => spaced(values).map((exponent) => 10 ** exponent)
    },
    len: {
      signature: "len(list)",
      arity: [1, 1],
      apply: ([value]) => (typeof value === "string" ? value.length : list(value).length)
    },
    min: { signature: "min(numbers)", arity: [1, 1000], apply: (values) => Math.min(...numbers(values)) },
    max: { signature: "max(numbers)", arity: [1, 1000], apply: (values) => Math.max(...numbers(values)) },
    sum: {
      signature: "sum(numbers)",
      arity: [1, 1000],
      apply: (values) => numbers(values).reduce((total, value) => total + value, 0)
    },
    floor: unary("floor", Math.floor),
    ceil: unary("ceil", Math.ceil),
    round: unary("round", Math.round),
    sqrt: unary("sqrt", Math.sqrt),
    abs: unary("abs", Math.abs),
    log: unary("log", Math.log),
    log2: unary("log2", Math.log2),
    log10: unary("log10", Math.log10),
    exp: unary("exp", Math.exp),
    int: { signature: "int(x)", arity: [1, 1], apply: ([value]) => Math.trunc(number(value)) },
    str: { signature: "str(value)", arity: [1, 1], apply: ([value]) => text(value) },
    join: {
      signature: "join(list, separator)",
      arity: [2, 2],
      apply: ([items, separator]) => list(items).map(text).join(text(separator))
    },
    concat: {
      signature: "concat(list, list, …)",
      arity: [1, 1000],
      apply: (values) => {
        const items = values.flatMap(list)
        checkedLength(items.length)
        return items
      }
    },
    keys: {
      signature: "keys(map)",
      arity: [1, 1],
      apply: ([value]) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
          throw new BadArgument(`takes a map, not ${describe(value)}`)
        }
        return Object.keys(value)
      }
    }
  })
)
