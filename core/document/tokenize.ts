/** Splits an expression into tokens. */
import { Result } from "effect"
import type { Diagnostic } from "./Diagnostic.ts"
import type { Span } from "./Span.ts"

export interface Token {
  readonly kind: "number" | "string" | "name" | "operator" | "end"
  /** The operator or name itself; the value of a string; the digits of a number. */
  readonly text: string
  readonly span: Span
}

const TOKEN =
  /\s+|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?<operator>\*\*|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:()[\],.])/uy

/** `spanAt(start, end)` turns positions within `text` into places of the file. */
export const tokenize = (
  text: string,
  spanAt: (start: number, end: number) => Span
): Result.Result<ReadonlyArray<Token>, Diagnostic> => {
  const tokens: Array<Token> = []
  let at = 0
  while (at < text.length) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) return Result.fail(unknownCharacter(text, at, spanAt))
    const span = spanAt(at, at + match[0].length)
    const { number, name, string, operator } = match.groups ?? {}
    if (number !== undefined) tokens.push({ kind: "number", text: number, span })
    else if (name !== undefined) tokens.push({ kind: "name", text: name, span })
    else if (string !== undefined) tokens.push({ kind: "string", text: unquote(string), span })
    else if (operator !== undefined) tokens.push({ kind: "operator", text: operator, span })
    at += match[0].length
  }
  tokens.push({ kind: "end", text: "", span: spanAt(text.length, text.length) })
  return Result.succeed(tokens)
}

const unknownCharacter = (text: string, at: number, spanAt: (start: number, end: number) => Span): Diagnostic => {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  const unclosed = character === '"' || character === "'"
  return {
    severity: "error",
    span: spanAt(at, unclosed ? text.length : at + character.length),
    message: unclosed ? "expression: the text has no closing quote" : `expression: unexpected ${character}`,
    ...(character === "=" ? { hint: "equality is written ==" } : {}),
    ...(character === "&" || character === "|" ? { hint: `write ${character}${character}` } : {})
  }
}

const ESCAPES: { readonly [letter: string]: string } = { n: "\n", t: "\t" }

const unquote = (literal: string): string => {
  const inner = literal.slice(1, -1)
  if (literal.startsWith("'")) return inner.replaceAll("''", "'")
  return inner.replace(/\\(.)/gsu, (_, letter: string) => ESCAPES[letter] ?? letter)
}
