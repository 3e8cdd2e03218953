/** Values of a pipeline file before their expressions are evaluated. */
import type { Expression } from "./Expression.ts"
import type { Span } from "./Span.ts"

/** A YAML value with its places; a scalar may hold expressions. */
export type Template =
  | { readonly _tag: "Literal"; readonly value: null | boolean | number | string; readonly span: Span }
  /** A scalar that is one `${{ … }}`: its value keeps its type. */
  | { readonly _tag: "Computed"; readonly expression: Expression; readonly span: Span }
  /** Text around expressions: always a string. */
  | { readonly _tag: "Text"; readonly parts: ReadonlyArray<string | Expression>; readonly span: Span }
  | { readonly _tag: "List"; readonly items: ReadonlyArray<Template>; readonly span: Span }
  | { readonly _tag: "Map"; readonly entries: ReadonlyArray<TemplateEntry>; readonly span: Span }

export interface TemplateEntry {
  readonly key: string
  readonly keySpan: Span
  readonly value: Template
}

export type TemplateMap = Extract<Template, { readonly _tag: "Map" }>
