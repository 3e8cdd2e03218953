/** Which runs a filter lets through: its names are checked against all runs first, so that a slip is no empty answer. */
import { Result } from "effect"
import type { Diagnostic } from "../document/Diagnostic.ts"
import { nearest } from "../document/nearest.ts"
import { suggestion } from "../document/suggestion.ts"
import { type Operand, type RunFilter, refuse } from "./RunFilter.ts"
import { FACTS, type RunValue, type RunValues } from "./RunValues.ts"

type Checked<A> = Result.Result<A, Diagnostic>

type ValueType = "text" | "number" | "truth" | "duration" | "time"

/** An operand whose meaning is settled. */
interface Settled {
  readonly operand: Operand
  /** `undefined` where the runs have values of several types, or none. */
  readonly type: ValueType | undefined
  readonly of: (run: RunValues) => RunValue | undefined
  /** The name, where it stands for one. */
  readonly name: string | undefined
}

/** What a filter makes of runs. */
export interface RunPredicate {
  readonly holds: (run: RunValues) => boolean
  /** The names in it, in their order, each once. */
  readonly names: ReadonlyArray<string>
}

/** Settles what the names of a filter mean among these runs. */
export const settleFilter = (filter: RunFilter, runs: ReadonlyArray<RunValues>): Checked<RunPredicate> => {
  const settling = new Settling(runs)
  return Result.map(settling.filter(filter), (holds) => ({ holds, names: [...settling.names] }))
}

/** The value of a name in each run, for a column or an order; fails on a name that no run has. */
export const settleName = (
  operand: Extract<Operand, { readonly _tag: "Word" }>,
  runs: ReadonlyArray<RunValues>
): Checked<Settled["of"]> => Result.map(new Settling(runs).name(operand), ({ of }) => of)

class Settling {
  readonly names = new Set<string>()
  private readonly runs: ReadonlyArray<RunValues>

  constructor(runs: ReadonlyArray<RunValues>) {
    this.runs = runs
  }

  filter(filter: RunFilter): Checked<(run: RunValues) => boolean> {
    const settling = this
    return Result.gen(function* () {
      if (filter._tag === "Not") {
        const inner = yield* settling.filter(filter.inner)
        return (run: RunValues) => !inner(run)
      }
      if (filter._tag === "Holds") return yield* settling.truth(filter.operand)
      if (filter._tag === "Compare") return yield* settling.comparison(filter)
      const left = yield* settling.filter(filter.left)
      const right = yield* settling.filter(filter.right)
      return filter._tag === "And"
        ? (run: RunValues) => left(run) && right(run)
        : (run: RunValues) => left(run) || right(run)
    })
  }

  private truth(operand: Operand): Checked<(run: RunValues) => boolean> {
    if (operand._tag !== "Word") return refuse(operand.span, "it is compared with nothing", "write name = value")
    return Result.flatMap(this.name(operand), ({ of, type }) =>
      type === "truth" || type === undefined
        ? Result.succeed((run) => of(run) === true)
        : refuse(operand.span, `${operand.word} is a ${type}, and neither true nor false`, "compare it: name = value")
    )
  }

  private comparison({
    operator,
    left,
    right
  }: Extract<RunFilter, { readonly _tag: "Compare" }>): Checked<(run: RunValues) => boolean> {
    const settling = this
    return Result.gen(function* () {
      const a = yield* settling.operand(left, right)
      const b = yield* settling.operand(right, left)
      const [one, other] = [yield* asTypeOf(a, b), yield* asTypeOf(b, a)]
      return (run: RunValues) => {
        const [x, y] = [one(run), other(run)]
        if (x === undefined || y === undefined) return false
        if (operator === "=") return x === y
        if (operator === "!=") return x !== y
        if (typeof x !== typeof y || x === null || y === null) return false
        if (operator === "<") return x < y
        if (operator === "<=") return x <= y
        return operator === ">" ? x > y : x >= y
      }
    })
  }

  /** A word that no run knows is a text beside one that some run does. */
  private operand(operand: Operand, other: Operand): Checked<Settled> {
    if (operand._tag === "Duration") return Result.succeed(constant(operand, "duration", operand.value))
    if (operand._tag === "Literal") {
      return Result.succeed(constant(operand, typeof operand.value === "number" ? "number" : "text", operand.value))
    }
    if (operand.word === "true" || operand.word === "false") {
      return Result.succeed(constant(operand, "truth", operand.word === "true"))
    }
    const isText = other._tag === "Word" && !this.isKnown(operand.word) && this.isKnown(other.word)
    return isText ? Result.succeed(constant(operand, "text", operand.word)) : this.name(operand)
  }

  name(operand: Extract<Operand, { readonly _tag: "Word" }>): Checked<Settled> {
    const { word: name, span } = operand
    const found = this.runs.flatMap((run) => run.find(name) ?? [])
    const values = found.flatMap((one) => (one._tag === "Value" ? [one.value] : []))
    const several = found.find((one) => one._tag === "Several")
    if (several !== undefined && values.length === 0) {
      const count = several.names.length
      return refuse(span, `"${name}" is a metric of ${count} tasks`, `write the task too: ${several.names[0]}`)
    }
    if (found.length === 0 && !Object.hasOwn(FACTS, name)) {
      const along = this.runs.reduce<string | undefined>((first, run) => first ?? run.metricAlong(name), undefined)
      return along === undefined
        ? refuse(span, `no run has a "${name}"`, suggestion(name, "there is", this.knownNames()))
        : refuse(span, `"${name}" is a value of tasks, and not of runs`, `write it in the metric of a task: ${along}`)
    }
    this.names.add(name)
    const of = (run: RunValues): RunValue | undefined => {
      const one = run.find(name)
      return one?._tag === "Value" ? one.value : undefined
    }
    return Result.succeed({ operand, type: typeOf(name, values), of, name })
  }

  private isKnown(word: string): boolean {
    return Object.hasOwn(FACTS, word) || this.runs.some((run) => run.find(word) !== undefined)
  }

  private knownNames(): ReadonlyArray<string> {
    return [...new Set(this.runs.flatMap((run) => run.names()))]
  }
}

const constant = (operand: Operand, type: ValueType, value: RunValue): Settled => ({
  operand,
  type,
  of: () => value,
  name: undefined
})

const typeOf = (name: string, values: ReadonlyArray<RunValue | undefined>): ValueType | undefined => {
  if (Object.hasOwn(FACTS, name)) return FACTS[name as keyof typeof FACTS]
  const types = new Set(values.map((value) => TYPES[typeof value]))
  const [only, ...others] = types
  return others.length === 0 ? only : undefined
}

const TYPES: { readonly [type: string]: ValueType } = { string: "text", number: "number", boolean: "truth" }

const OUTCOMES = ["success", "failure", "interrupted", "unfinished"]

const TIME = /^(?<day>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?<zone>Z|[+-]\d\d:\d\d)?)?$/u

/** Milliseconds since 1970 of a time in ISO 8601: in UTC, as the ids of runs are, unless it says its zone. */
const timeOf = (text: string): number => {
  const { day, time = "00:00", zone = "Z" } = TIME.exec(text)?.groups ?? {}
  return Date.parse(`${day}T${time}${zone}`)
}

/** A value as it is compared with another; refuses what could never be equal. */
const asTypeOf = (one: Settled, { type, name }: Settled): Checked<Settled["of"]> => {
  const { operand, of } = one
  if (one.name !== undefined || type === undefined) return Result.succeed(of)
  const text = operand._tag === "Word" ? operand.word : String(operand.value)
  if (type === "time") {
    const at = timeOf(text)
    if (operand._tag !== "Duration" && Number.isFinite(at)) return Result.succeed(() => at)
    return refuse(operand.span, `${name} is a time, and ${text} is none`, "write 2026-11-24 or 2026-11-24T10:30 (UTC)")
  }
  if (name === "outcome" && !OUTCOMES.includes(text)) {
    const close = nearest(text, OUTCOMES)
    const question = close === undefined ? "" : `did you mean "${close}"?   `
    return refuse(operand.span, `no run ends with "${text}"`, `${question}(outcomes: ${OUTCOMES.join(", ")})`)
  }
  if (one.type === type) return Result.succeed(of)
  const hint = type === "duration" ? "write 10m, 1h30m or 500ms" : undefined
  return refuse(
    operand.span,
    `${name} is a ${type}, and ${text} is ${one.type === undefined ? "none" : `a ${one.type}`}`,
    hint
  )
}
