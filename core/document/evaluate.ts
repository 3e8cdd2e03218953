/** The value of an expression. */

import { Result } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { BadArgument, describe } from "./arguments.ts"
import type { Budget } from "./Budget.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import type { Expression } from "./Expression.ts"
import { FUNCTIONS } from "./functions.ts"
import { isRecord } from "./is-record.ts"
import { extent, isEqual, MAX_EXTENT, MAX_LEVELS } from "./json-values.ts"
import { apply } from "./operators.ts"
import type { Span } from "./Span.ts"
import { suggestion } from "./suggestion.ts"

/** What expressions can name. A part that is absent is not available at this place. */
export interface Scope {
  readonly params?: { readonly [name: string]: Json }
  readonly matrix?: { readonly [name: string]: Json }
  readonly env?: { readonly [name: string]: Json }
  /** What the machine offers that the plan is made on. */
  readonly machine?: { readonly [name: string]: Json }
  /** Where a command finds its inputs and leaves its outputs, by port. */
  readonly inputs?: { readonly [port: string]: Json }
  readonly outputs?: { readonly [port: string]: Json }
  /** What its expressions may do together with others. */
  readonly budget?: Budget
}

/** The parts of a scope. */
export const ROOTS = ["params", "matrix", "env", "inputs", "outputs", "machine"] as const

/** Work that one expression may do, in values looked at or made. */
const MAX_WORK = 2_000_000

type Evaluated = Result.Result<Json, Diagnostic>

/** Evaluates; a complaint points at the smallest part that is wrong. The value is finite and of bounded size. */
export const evaluate = (expression: Expression, scope: Scope): Evaluated =>
  Result.flatMap(new Evaluation(scope).of(expression), (value) =>
    extent(value, MAX_EXTENT) > MAX_EXTENT
      ? refuse(
          expression.span,
          `the value holds more than ${MAX_EXTENT} numbers and characters, or ${MAX_LEVELS} levels`
        )
      : Result.succeed(value)
  )

const refuse = (span: Span, message: string, hint?: string): Result.Result<never, Diagnostic> =>
  Result.fail({ severity: "error", span, message: `expression: ${message}`, ...(hint === undefined ? {} : { hint }) })

type Part<T extends Expression["_tag"]> = Extract<Expression, { readonly _tag: T }>

class Evaluation {
  private readonly scope: Scope
  /** Names that lists are gone through with; the innermost stands last. */
  private readonly locals: Array<readonly [name: string, value: Json]> = []
  private work = 0
  /** Whether it is what all expressions may do together that has been used up. */
  private isOverdrawn = false

  constructor(scope: Scope) {
    this.scope = scope
  }

  of(expression: Expression): Evaluated {
    if (this.isExhausted(1)) return this.tooMuch(expression.span)
    switch (expression._tag) {
      case "Value":
        return Result.succeed(expression.value)
      case "Name":
        return this.name(expression)
      case "Items":
        return this.all(expression.items)
      case "Each":
        return this.each(expression)
      case "Member":
        return this.member(expression)
      case "Index":
        return this.index(expression)
      case "Unary":
        return this.unary(expression)
      case "Binary":
        return this.binary(expression)
      case "Conditional":
        return Result.flatMap(this.truth(expression.test), (is) => this.of(is ? expression.then : expression.otherwise))
      case "Call":
        return this.call(expression)
    }
  }

  private isExhausted(steps: number): boolean {
    this.work += steps
    this.isOverdrawn = this.scope.budget?.take(steps) === false
    return this.isOverdrawn || (this.work > MAX_WORK && isGuarded("bound-expressions"))
  }

  private tooMuch(span: Span): Result.Result<never, Diagnostic> {
    if (!this.isOverdrawn) return refuse(span, `more than ${MAX_WORK} steps`)
    return refuse(span, "all expressions of the pipeline together take too many steps: here they are used up")
  }

  private all(items: ReadonlyArray<Expression>): Result.Result<ReadonlyArray<Json>, Diagnostic> {
    const values: Array<Json> = []
    for (const item of items) {
      const value = this.of(item)
      if (Result.isFailure(value)) return Result.fail(value.failure)
      values.push(value.success)
    }
    return Result.succeed(values)
  }

  private each({ body, name, list, condition }: Part<"Each">): Evaluated {
    const evaluation = this
    return Result.gen(function* () {
      const items = yield* evaluation.of(list)
      if (!Array.isArray(items)) return yield* refuse(list.span, `for goes through a list, not ${describe(items)}`)
      const values: Array<Json> = []
      for (const item of items) {
        evaluation.locals.push([name, item])
        const isWanted = condition === undefined || (yield* evaluation.truth(condition))
        if (isWanted) values.push(yield* evaluation.of(body))
        evaluation.locals.pop()
      }
      return values
    })
  }

  private name({ name, span }: Part<"Name">): Evaluated {
    for (let index = this.locals.length - 1; index >= 0; index--) {
      const [candidate, value] = this.locals[index]!
      if (candidate === name) return Result.succeed(value)
    }
    const root = ROOTS.find((candidate) => candidate === name)
    if (root !== undefined) {
      const value = this.scope[root]
      return value === undefined ? refuse(span, `${root} is not available here`) : Result.succeed(value)
    }
    const inside = ROOTS.find((candidate) => Object.hasOwn(this.scope[candidate] ?? {}, name))
    if (inside !== undefined) return refuse(span, `unknown name "${name}"`, `did you mean ${inside}.${name}?`)
    return refuse(span, `unknown name "${name}"`, suggestion(name, "there is", ROOTS))
  }

  private member({ object, name, nameSpan }: Part<"Member">): Evaluated {
    if (object._tag === "Name" && object.name === "env" && this.scope.env !== undefined) {
      const isLocal = this.locals.some(([local]) => local === "env")
      if (!isLocal && !Object.hasOwn(this.scope.env, name)) {
        const hint = `set it, or give it a default: env: { ${name}: "…" }`
        return refuse(nameSpan, `the environment variable ${name} is not set`, hint)
      }
    }
    return Result.flatMap(this.of(object), (value) => member(value, name, nameSpan))
  }

  private index(expression: Part<"Index">): Evaluated {
    return Result.flatMap(this.of(expression.object), (object) =>
      Result.flatMap(this.of(expression.index), (index) => item(expression, object, index))
    )
  }

  private truth(expression: Expression): Result.Result<boolean, Diagnostic> {
    return Result.flatMap(this.of(expression), (value) =>
      typeof value === "boolean"
        ? Result.succeed(value)
        : refuse(expression.span, `expected true or false, found ${describe(value)}`)
    )
  }

  private unary({ operator, operand }: Part<"Unary">): Evaluated {
    if (operator === "!") return Result.map(this.truth(operand), (is) => !is)
    return Result.flatMap(this.of(operand), (value) =>
      typeof value === "number"
        ? Result.succeed(-value)
        : refuse(operand.span, `- takes numbers, not ${describe(value)}`)
    )
  }

  private binary({ operator, left, right, span }: Part<"Binary">): Evaluated {
    if (operator === "&&" || operator === "||") {
      return Result.flatMap(this.truth(left), (is) =>
        is === (operator === "||") ? Result.succeed(is) : this.truth(right)
      )
    }
    const evaluation = this
    return Result.gen(function* () {
      const a = yield* evaluation.of(left)
      const b = yield* evaluation.of(right)
      if (operator === "==" || operator === "!=") {
        const budget = MAX_WORK - evaluation.work
        if (evaluation.isExhausted(extent(a, budget))) return yield* evaluation.tooMuch(span)
        return isEqual(a, b) === (operator === "==")
      }
      // Texts are looked at as a whole: a thousand comparisons of a long one are no single steps.
      const length = typeof a === "string" && typeof b === "string" ? a.length + b.length : 0
      if (evaluation.isExhausted(length >> 6)) return yield* evaluation.tooMuch(span)
      return yield* Result.mapError(apply(operator, a, b), ({ side, message }) =>
        unfit(side === "left" ? left.span : side === "right" ? right.span : span, message)
      )
    })
  }

  private call({ function: name, functionSpan, span, arguments: given }: Part<"Call">): Evaluated {
    const evaluation = this
    return Result.gen(function* () {
      const known = FUNCTIONS.get(name)
      if (known === undefined) {
        const hint = suggestion(name, "functions", [...FUNCTIONS.keys()])
        return yield* refuse(functionSpan, `unknown function "${name}"`, hint)
      }
      const values = yield* evaluation.all(given)
      if (!isArity(known.arity, values.length)) {
        return yield* refuse(span, arityMessage(name, known.arity), `write ${known.signature}`)
      }
      const budget = MAX_WORK - evaluation.work
      if (evaluation.isExhausted(extent(values, budget))) return yield* evaluation.tooMuch(span)
      const value = yield* Result.try({
        try: () => known.apply(values),
        catch: (cause) => unfit(span, `${name} ${reasonOf(cause)}`, `write ${known.signature}`)
      })
      if (!isRegular(value)) return yield* refuse(span, `${name} gives no finite number here`)
      if (evaluation.isExhausted(Array.isArray(value) ? value.length : 1)) {
        return yield* evaluation.tooMuch(span)
      }
      return value
    })
  }
}

/** What stands at an index of a list, or has a name in a map. */
const item = (expression: Part<"Index">, object: Json, index: Json): Evaluated => {
  const { span } = expression.index
  if (typeof index === "string") return member(object, index, span)
  if (!Array.isArray(object)) return refuse(expression.object.span, `${describe(object)} is not a list`)
  if (typeof index !== "number" || !Number.isInteger(index)) {
    return refuse(span, `an index is a whole number, not ${describe(index)}`)
  }
  const value: Json | undefined = object.at(index)
  return value === undefined
    ? refuse(span, `index ${index} is outside of a list of ${object.length}`)
    : Result.succeed(value)
}

const member = (object: Json, name: string, span: Span): Evaluated => {
  if (!isRecord(object)) return refuse(span, `${describe(object)} has no members`)
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  if (value === undefined)
    return refuse(span, `unknown name "${name}"`, suggestion(name, "there is", Object.keys(object)))
  return Result.succeed(value)
}

/** Whether a function may be called with so many arguments. */
export const isArity = ([least, most]: readonly [number, number], count: number): boolean =>
  count >= least && count <= most

/** What to say of a call with a wrong number of arguments. */
export const arityMessage = (name: string, [least, most]: readonly [number, number]): string => {
  const count = least === most ? `${least}` : most >= 100 ? `at least ${least}` : `${least} to ${most}`
  return `${name} takes ${count} ${count === "1" || count === "at least 1" ? "argument" : "arguments"}`
}

const reasonOf = (cause: unknown): string => (cause instanceof BadArgument ? cause.message : `fails: ${cause}`)

/** Of a list, its items; what they hold was checked when it was made. */
const isRegular = (value: Json): boolean =>
  typeof value === "number"
    ? Number.isFinite(value)
    : !Array.isArray(value) || value.every((item) => typeof item !== "number" || Number.isFinite(item))

const unfit = (span: Span, message: string, hint?: string): Diagnostic => ({
  severity: "error",
  span,
  message: `expression: ${message}`,
  ...(hint === undefined ? {} : { hint })
})
