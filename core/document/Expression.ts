/** The expression language of `${{ … }}`: typed values, no side effects. */
import type { Span } from "./Span.ts"

/** An expression with the place of every part, so that a complaint points at it. */
export type Expression =
  | { readonly _tag: "Value"; readonly value: null | boolean | number | string; readonly span: Span }
  | { readonly _tag: "Items"; readonly items: ReadonlyArray<Expression>; readonly span: Span }
  /** A root name (`params`, `matrix`, `env`) or a member of a value. */
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
