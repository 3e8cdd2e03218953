/** The functions that expressions may call. They are pure and bounded. */

import { isGuarded } from "../fault/hooks.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { BadArgument, checkedLength, describe, integer, list, map, number, numbers, text } from "./arguments.ts"
import { isRecord } from "./is-record.ts"
import { MAX_CHARACTERS } from "./operators.ts"

export interface ExpressionFunction {
  /** As a person would write the call. */
  readonly signature: string
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number]
  /** Raises `BadArgument`. */
  readonly apply: (values: ReadonlyArray<Json>) => Json
}

const range = (values: ReadonlyArray<Json>): Json => {
  const [start, stop] = values.length === 1 ? [0, integer(values[0])] : [number(values[0]), number(values[1])]
  const step = values.length === 3 ? number(values[2]) : 1
  if (step === 0) throw new BadArgument("takes a step other than 0")
  // The small share keeps range(0, 1, 0.1) at ten items: 1 / 0.1 is a little more than 10.
  const length = checkedLength(Math.max(0, Math.ceil((stop - start) / step - 1e-9)))
  return Array.from({ length }, (_, index) => start + index * step)
}

/** `count` numbers, both ends included and exact. */
const spaced = (values: ReadonlyArray<Json>): ReadonlyArray<number> => {
  const [start, stop, count] = [number(values[0]), number(values[1]), checkedLength(integer(values[2]))]
  if (count < 1) throw new BadArgument("takes a count of at least 1")
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 && count > 1 ? stop : start + ((stop - start) * index) / Math.max(1, count - 1)
  )
}

const logspace = (values: ReadonlyArray<Json>): ReadonlyArray<number> => {
  const base = values.length === 4 ? number(values[3]) : 10
  if (base <= 0) throw new BadArgument(`takes a base above 0, not ${base}`)
  return spaced(values).map((exponent) => base ** exponent)
}

const zip = (values: ReadonlyArray<Json>): Json => {
  const lists = values.map(list)
  const [first, ...others] = lists.map(({ length }) => length)
  const differing = others.find((length) => length !== first)
  if (differing !== undefined) throw new BadArgument(`takes lists of one length, not ${first} and ${differing}`)
  return (lists[0] ?? []).map((_, index) => lists.map((items) => items[index] ?? null))
}

/** A whole number of a number or of its text; the rest behind the point is dropped. */
const int = ([value]: ReadonlyArray<Json>): Json => {
  if (typeof value !== "string") return Math.trunc(number(value))
  if (!/^\s*[-+]?\d+\s*$/u.test(value)) throw new BadArgument(`takes a number, not ${describe(value)}`)
  const whole = Number(value)
  if (Number.isSafeInteger(whole)) return whole
  throw new BadArgument(
    `takes a whole number that can be kept exactly, within ±${Number.MAX_SAFE_INTEGER}, not ${describe(value)}`
  )
}

const contains = ([whole, part]: ReadonlyArray<Json>): Json => {
  if (isRecord(whole)) return Object.hasOwn(whole, text(part))
  if (typeof whole === "string") return whole.includes(text(part))
  const sought = text(part)
  return list(whole).some((item) => typeof item === typeof part && text(item) === sought)
}

const joined = (texts: ReadonlyArray<string>, separator: string): string => {
  const length = texts.reduce((total, { length }) => total + length, Math.max(0, texts.length - 1) * separator.length)
  if (length > MAX_CHARACTERS && isGuarded("bound-expressions")) {
    throw new BadArgument(`would make a text of ${length} characters; the limit is ${MAX_CHARACTERS}`)
  }
  return texts.join(separator)
}

const sum = (values: ReadonlyArray<Json>): Json => numbers(values).reduce((total, value) => total + value, 0)

const unary = (name: string, apply: (x: number) => number): ExpressionFunction => ({
  signature: `${name}(x)`,
  arity: [1, 1],
  apply: ([x]) => apply(number(x))
})

const reduced = (name: string, choose: (a: number, b: number) => number): ExpressionFunction => ({
  signature: `${name}(a, b, …) or ${name}(list)`,
  arity: [1, MANY],
  apply: (values) => numbers(values).reduce((best, value) => choose(best, value))
})

const MANY = 1000

export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries<ExpressionFunction>({
    range: { signature: "range(n), range(from, to) or range(from, to, step)", arity: [1, 3], apply: range },
    linspace: { signature: "linspace(from, to, count)", arity: [3, 3], apply: spaced },
    logspace: {
      signature: "logspace(from, to, count) or logspace(from, to, count, base): powers from base^from to base^to",
      arity: [3, 4],
      apply: logspace
    },
    len: {
      signature: "len(list)",
      arity: [1, 1],
      apply: ([value]) =>
        typeof value === "string" ? value.length : isRecord(value) ? Object.keys(value).length : list(value).length
    },
    min: reduced("min", Math.min),
    max: reduced("max", Math.max),
    sum: { signature: "sum(a, b, …) or sum(list)", arity: [1, MANY], apply: sum },
    floor: unary("floor", Math.floor),
    ceil: unary("ceil", Math.ceil),
    round: unary("round", Math.round),
    sqrt: unary("sqrt", Math.sqrt),
    abs: unary("abs", Math.abs),
    log: unary("log", Math.log),
    log2: unary("log2", Math.log2),
    log10: unary("log10", Math.log10),
    exp: unary("exp", Math.exp),
    pow: { signature: "pow(x, y)", arity: [2, 2], apply: ([x, y]) => number(x) ** number(y) },
    zip: { signature: "zip(list, list, …)", arity: [1, MANY], apply: zip },
    concat: {
      signature: "concat(list, list, …)",
      arity: [1, MANY],
      apply: (values) => {
        checkedLength(values.reduce<number>((total, value) => total + list(value).length, 0))
        return values.flatMap(list)
      }
    },
    reverse: { signature: "reverse(list)", arity: [1, 1], apply: ([items]) => list(items).toReversed() },
    contains: { signature: "contains(list, item), also of a map or text", arity: [2, 2], apply: contains },
    keys: { signature: "keys(map)", arity: [1, 1], apply: ([value]) => Object.keys(map(value)) },
    values: { signature: "values(map)", arity: [1, 1], apply: ([value]) => Object.values(map(value)) },
    int: { signature: "int(x)", arity: [1, 1], apply: int },
    str: { signature: "str(value)", arity: [1, 1], apply: ([value]) => text(value) },
    join: {
      signature: "join(list, separator)",
      arity: [2, 2],
      apply: ([items, separator]) => joined(list(items).map(text), text(separator))
    }
  })
)
