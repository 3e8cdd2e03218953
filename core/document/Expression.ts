/** The expression language of `${{ … }}`: typed values, no side effects. */
import type { Span } from "./Span.ts"

/** An expression with the place of every part, so that a complaint points at it. */
export type Expression =
  | { readonly _tag: "Value"; readonly value: null | boolean | number | string; readonly span: Span }
  | { readonly _tag: "Items"; readonly items: ReadonlyArray<Expression>; readonly span: Span }
  /** `[body for name in list if condition]`: a new list, one item for each that the condition holds for. */
  | {
      readonly _tag: "Each"
      readonly body: Expression
      readonly name: string
      readonly list: Expression
      readonly condition: Expression | undefined
      readonly span: Span
    }
  /** A root name (`params`, `matrix`, `env`) or the name that a list is gone through with. */
  | { readonly _tag: "Name"; readonly name: string; readonly span: Span }
  | {
      readonly _tag: "Member"
      readonly object: Expression
      readonly name: string
      readonly span: Span
      readonly nameSpan: Span
    }
  | { readonly _tag: "Index"; readonly object: Expression; readonly index: Expression; readonly span: Span }
  | { readonly _tag: "Unary"; readonly operator: "!" | "-"; readonly operand: Expression; readonly span: Span }
  | {
      readonly _tag: "Binary"
      readonly operator: "+" | "-" | "*" | "/" | "%" | "**" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||"
      readonly left: Expression
      readonly right: Expression
      readonly span: Span
    }
  | {
      readonly _tag: "Conditional"
      readonly test: Expression
      readonly then: Expression
      readonly otherwise: Expression
      readonly span: Span
    }
  | {
      readonly _tag: "Call"
      readonly function: string
      readonly functionSpan: Span
      readonly arguments: ReadonlyArray<Expression>
      readonly span: Span
    }
