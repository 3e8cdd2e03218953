/** The value of an expression. */
import { Result } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import type { Expression } from "./Expression.ts"
import { BadArgument, describe, FUNCTIONS } from "./functions.ts"
import { nearest } from "./nearest.ts"
import type { Span } from "./Span.ts"

/** What expressions can name. A part that is absent is not available at this place. */
export interface Scope {
  readonly params?: { readonly [name: string]: Json }
  readonly matrix?: { readonly [name: string]: Json }
  readonly env?: { readonly [name: string]: Json }
}

type Evaluated = Result.Result<Json, Diagnostic>

/** Evaluates; a complaint points at the smallest part that is wrong. */
export const evaluate = (expression: Expression, scope: Scope): Evaluated => {
  switch (expression._tag) {
    case "Value":
      return Result.succeed(expression.value)
    case "Name":
      return evaluateName(expression, scope)
    case "Items":
      return all(expression.items, scope)
    case "Member":
      return Result.flatMap(evaluate(expression.object, scope), (object) =>
        member(object, expression.name, expression.nameSpan)
      )
    case "Index":
      return evaluateIndex(expression, scope)
    case "Unary":
      return Result.flatMap(evaluate(expression.operand, scope), (value): Evaluated => {
        if (expression.operator === "!") return Result.map(truth(value, expression.operand.span), (is) => !is)
        return Result.map(number(value, expression.operand.span, "-"), (x) => -x)
      })
    case "Binary":
      return evaluateBinary(expression, scope)
    case "Conditional":
      return Result.flatMap(evaluate(expression.test, scope), (value) =>
        Result.flatMap(truth(value, expression.test.span), (is) =>
          evaluate(is ? expression.then : expression.otherwise, scope)
        )
      )
    case "Call":
      return evaluateCall(expression, scope)
  }
}

const refuse = (span: Span, message: string, hint?: string): Result.Result<never, Diagnostic> =>
  Result.fail({ severity: "error", span, message: `expression: ${message}`, ...(hint === undefined ? {} : { hint }) })

const didYouMean = (name: string, candidates: ReadonlyArray<string>): string | undefined => {
  const close = nearest(name, candidates)
  const list = candidates.length <= 12 ? `(there is: ${candidates.join(", ")})` : ""
  if (close === undefined) return list === "" ? undefined : list
  return `did you mean "${close}"?   ${list}`.trimEnd()
}

const all = (items: ReadonlyArray<Expression>, scope: Scope): Result.Result<ReadonlyArray<Json>, Diagnostic> => {
  const values: Array<Json> = []
  for (const item of items) {
    const value = evaluate(item, scope)
    if (Result.isFailure(value)) return Result.fail(value.failure)
    values.push(value.success)
  }
  return Result.succeed(values)
}

const ROOTS = ["params", "matrix", "env"] as const

const evaluateName = ({ name, span }: Extract<Expression, { _tag: "Name" }>, scope: Scope): Evaluated => {
  const root = ROOTS.find((candidate) => candidate === name)
  if (root !== undefined) {
    const value = scope[root]
    return value === undefined ? refuse(span, `${root} is not available here`) : Result.succeed(value)
  }
  const inside = ROOTS.find((candidate) => Object.hasOwn(scope[candidate] ?? {}, name))
  if (inside !== undefined) return refuse(span, `unknown name "${name}"`, `did you mean ${inside}.${name}?`)
  return refuse(span, `unknown name "${name}"`, didYouMean(name, [...ROOTS]))
}

const member = (object: Json, name: string, span: Span): Evaluated => {
  if (typeof object !== "object" || object === null || Array.isArray(object)) {
    return refuse(span, `${describe(object)} has no members`)
  }
  const map = object as { readonly [key: string]: Json }
  const value = Object.hasOwn(map, name) ? map[name] : undefined
  if (value === undefined) return refuse(span, `unknown name "${name}"`, didYouMean(name, Object.keys(map)))
  return Result.succeed(value)
}

const evaluateIndex = (expression: Extract<Expression, { _tag: "Index" }>, scope: Scope): Evaluated =>
  Result.gen(function* () {
    const object = yield* evaluate(expression.object, scope)
    const index = yield* evaluate(expression.index, scope)
    if (typeof index === "string") return yield* member(object, index, expression.index.span)
    if (!Array.isArray(object)) return yield* refuse(expression.object.span, `${describe(object)} is not a list`)
    if (typeof index !== "number" || !Number.isInteger(index)) {
      return yield* refuse(expression.index.span, `an index is a whole number, not ${describe(index)}`)
    }
    const value: Json | undefined = object.at(index)
    if (value === undefined) {
      return yield* refuse(expression.index.span, `index ${index} is outside of a list of ${object.length}`)
    }
    return value
  })

const truth = (value: Json, span: Span): Result.Result<boolean, Diagnostic> =>
  typeof value === "boolean" ? Result.succeed(value) : refuse(span, `expected true or false, found ${describe(value)}`)

const number = (value: Json, span: Span, operator: string): Result.Result<number, Diagnostic> =>
  typeof value === "number" ? Result.succeed(value) : refuse(span, `${operator} takes numbers, not ${describe(value)}`)

const ARITHMETIC: { readonly [operator: string]: (a: number, b: number) => number } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "**": (a, b) => a ** b
}

const ORDER: { readonly [operator: string]: (a: number | string, b: number | string) => boolean } = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b
}

const evaluateBinary = (expression: Extract<Expression, { _tag: "Binary" }>, scope: Scope): Evaluated =>
  Result.gen(function* () {
    const { operator, left, right, span } = expression
    const a = yield* evaluate(left, scope)
    if (operator === "&&" || operator === "||") {
      const is = yield* truth(a, left.span)
      if (is === (operator === "||")) return is
      return yield* truth(yield* evaluate(right, scope), right.span)
    }
    const b = yield* evaluate(right, scope)
    if (operator === "==" || operator === "!=") return (JSON.stringify(a) === JSON.stringify(b)) === (operator === "==")
    const compare = ORDER[operator]
    if (compare !== undefined) {
      if (typeof a === "string" && typeof b === "string") return compare(a, b)
      return compare(yield* number(a, left.span, operator), yield* number(b, right.span, operator))
    }
    if (operator === "+" && typeof a === "string" && typeof b === "string") return a + b
    const value = ARITHMETIC[operator]?.(yield* number(a, left.span, operator), yield* number(b, right.span, operator))
    return value === undefined || !Number.isFinite(value)
      ? yield* refuse(span, `${describe(a)} ${operator} ${describe(b)} is not a finite number`)
      : value
  })

const evaluateCall = (expression: Extract<Expression, { _tag: "Call" }>, scope: Scope): Evaluated =>
  Result.gen(function* () {
    const { function: name, functionSpan, span } = expression
    const known = FUNCTIONS.get(name)
    if (known === undefined) {
      return yield* refuse(functionSpan, `unknown function "${name}"`, didYouMean(name, [...FUNCTIONS.keys()]))
    }
    const values = yield* all(expression.arguments, scope)
    const [least, most] = known.arity
    if (values.length < least || values.length > most) {
      return yield* refuse(
        span,
        `${name} takes ${least === most ? least : `${least} to ${most}`} arguments`,
        `write ${known.signature}`
      )
    }
    return yield* Result.flatMap(
      Result.try({
        try: () => known.apply(values),
        catch: (cause) => (cause instanceof BadArgument ? cause.message : `failed: ${cause}`)
      }).pipe(Result.mapError((reason) => unfit(span, `${name} ${reason}`, `write ${known.signature}`))),
      (value) =>
        typeof value === "number" && !Number.isFinite(value)
          ? refuse(span, `${name} gives no finite number here`)
          : Result.succeed(value)
    )
  })

const unfit = (span: Span, message: string, hint: string): Diagnostic => ({
  severity: "error",
  span,
  message: `expression: ${message}`,
  hint
})
