/** Arithmetic and comparison in expressions: numbers with numbers, text with text, nothing converted on the way. */
import { Result } from "effect"
import type { Json } from "../stage/ArtifactKind.ts"
import { describe } from "./arguments.ts"
import type { Expression } from "./Expression.ts"

type Operator = Exclude<Extract<Expression, { readonly _tag: "Binary" }>["operator"], "&&" | "||" | "==" | "!=">

/** Longest text that an expression makes. */
export const MAX_CHARACTERS = 1_000_000

export interface Misfit {
  /** The operand that does not fit; both when their result is at fault. */
  readonly side: "left" | "right" | "both"
  readonly message: string
}

const misfit = (side: Misfit["side"], message: string): Result.Result<never, Misfit> => Result.fail({ side, message })

/** Applies an operator to two values. */
export const apply = (operator: Operator, a: Json, b: Json): Result.Result<boolean | number | string, Misfit> => {
  if (typeof a === "string" && typeof b === "string") return ofTexts(operator, a, b)
  if (typeof a !== "number") return misfit("left", fault(operator, a, b))
  if (typeof b !== "number") return misfit("right", fault(operator, b, a))
  const value = ofNumbers(operator, a, b)
  if (typeof value === "boolean" || Number.isFinite(value)) return Result.succeed(value)
  return misfit("both", `${a} ${operator} ${b} is not a finite number`)
}

const fault = (operator: Operator, wrong: Json, other: Json): string => {
  const message = `${operator} takes numbers, not ${describe(wrong)}`
  const isMixed = operator === "+" && (typeof wrong === "string" || typeof other === "string")
  return isMixed ? `${message}; str(…) makes text of a number` : message
}

const ofTexts = (operator: Operator, a: string, b: string): Result.Result<boolean | string, Misfit> => {
  switch (operator) {
    case "+":
      if (a.length + b.length > MAX_CHARACTERS)
        return misfit("both", `a text of more than ${MAX_CHARACTERS} characters`)
      return Result.succeed(a + b)
    case "<":
      return Result.succeed(a < b)
    case "<=":
      return Result.succeed(a <= b)
    case ">":
      return Result.succeed(a > b)
    case ">=":
      return Result.succeed(a >= b)
    default:
      return misfit("left", `${operator} takes numbers, not ${describe(a)}`)
  }
}

const ofNumbers = (operator: Operator, a: number, b: number): boolean | number => {
  switch (operator) {
    case "+":
      return a + b
    case "-":
      return a - b
    case "*":
      return a * b
    case "/":
      return a / b
    case "%":
      return a % b
    case "**":
      return a ** b
    case "<":
      return a < b
    case "<=":
      return a <= b
    case ">":
      return a > b
    case ">=":
      return a >= b
  }
}
