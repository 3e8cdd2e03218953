/** The language of `runs --where`: comparisons of a run's values, joined by `and`, `or`, `not`. */
import { Result } from "effect"
import type { Diagnostic } from "../document/Diagnostic.ts"
import { parseDuration, TIME_UNIT } from "../document/quantities.ts"
import * as SourceText from "../document/SourceText.ts"
import type { Span } from "../document/Span.ts"
import { taskEnd } from "../plan/task-id.ts"

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">="

/** What a comparison compares. A word may be the name of a value, or a text without quotes. */
export type Operand =
  | { readonly _tag: "Word"; readonly word: string; readonly span: Span }
  | { readonly _tag: "Literal"; readonly value: string | number; readonly span: Span }
  /** Milliseconds. */
  | { readonly _tag: "Duration"; readonly value: number; readonly span: Span }

export type RunFilter =
  | { readonly _tag: "And" | "Or"; readonly left: RunFilter; readonly right: RunFilter }
  | { readonly _tag: "Not"; readonly inner: RunFilter }
  | {
      readonly _tag: "Compare"
      readonly operator: Comparison
      readonly left: Operand
      readonly right: Operand
    }
  /** A value that is true or false by itself. */
  | { readonly _tag: "Holds"; readonly operand: Operand }

type Parsed<A> = Result.Result<A, Diagnostic>

/** Parses a filter. `source` holds its text alone, under the name that complaints have. */
export const parseFilter = (source: SourceText.SourceText): Parsed<RunFilter> =>
  Result.gen(function* () {
    const parser = new Parser(yield* tokenize(source))
    const filter = yield* parser.either(0)
    yield* parser.end()
    return filter
  })

interface Token {
  readonly kind: "word" | "operator" | "number" | "duration" | "text" | "end"
  readonly text: string
  readonly span: Span
}

const NAME = String.raw`[\p{L}_][\p{L}\p{N}_-]*`
const TOKEN = new RegExp(
  [
    String.raw`\s+`,
    String.raw`(?<text>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')`,
    String.raw`(?<time>\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?)`,
    String.raw`(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\p{L}\d.])`,
    String.raw`(?<duration>(?:\d+(?:\.\d+)?(?:${TIME_UNIT}))+)`,
    `(?<word>${NAME}(?:\\.${NAME})*)`,
    "(?<operator>==|!=|<=|>=|[=<>()])"
  ].join("|"),
  "uy"
)

const METRIC = new RegExp(`(?:\\.${NAME})+`, "uy")

const tokenize = (source: SourceText.SourceText): Parsed<ReadonlyArray<Token>> => {
  const { text } = source
  const tokens: Array<Token> = []
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const end = metricEnd(text, at)
    if (end !== undefined) {
      tokens.push({ kind: "word", text: text.slice(at, end), span: SourceText.span(source, at, end) })
      TOKEN.lastIndex = end
      continue
    }
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) return refuse(SourceText.span(source, at, at + 1), `unexpected ${text[at]}`, hintFor(text[at]))
    const span = SourceText.span(source, at, TOKEN.lastIndex)
    const [kind, found] = Object.entries(match.groups ?? {}).find(([, part]) => part !== undefined) ?? []
    if (found === undefined) continue
    if (kind === "text") tokens.push({ kind, text: unquoted(found), span })
    else if (kind === "time") tokens.push({ kind: "text", text: found, span })
    else tokens.push({ kind: kind as Token["kind"], text: found, span })
  }
  tokens.push({ kind: "end", text: "", span: SourceText.span(source, text.length, text.length) })
  return Result.succeed(tokens)
}

/** A task's matrix values stand between its name and a metric: `train@width=500,init=3.loss`. */
const metricEnd = (text: string, from: number): number | undefined => {
  const end = taskEnd(text, from)
  if (end === undefined) return undefined
  METRIC.lastIndex = end
  return METRIC.test(text) ? METRIC.lastIndex : end
}

const unquoted = (literal: string): string =>
  literal.startsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : literal.slice(1, -1).replace(/\\(.)/gsu, "$1")

const hintFor = (character: string | undefined): string | undefined => {
  if (character === "&" || character === "|") return `write ${character === "&" ? "and" : "or"}`
  if (character === "!") return "write not"
  return character === '"' || character === "'" ? "the text has no closing quote" : undefined
}

/** Nesting beyond this was written by nobody. */
const MAX_DEPTH = 64

class Parser {
  private at = 0
  private readonly tokens: ReadonlyArray<Token>

  constructor(tokens: ReadonlyArray<Token>) {
    this.tokens = tokens
  }

  private peek(): Token {
    // The last token is "end" and is never passed.
    return this.tokens[this.at] as Token
  }

  private accept(kind: "word" | "operator", ...texts: ReadonlyArray<string>): Token | undefined {
    const token = this.peek()
    if (token.kind !== kind || !texts.includes(token.text)) return undefined
    this.at++
    return token
  }

  end(): Parsed<void> {
    const token = this.peek()
    return token.kind === "end" ? Result.succeed(undefined) : unexpected(token, "and, or, or the end")
  }

  either(depth: number): Parsed<RunFilter> {
    return this.chain("or", "Or", () => this.chain("and", "And", () => this.negation(depth)))
  }

  private chain(word: string, tag: "And" | "Or", part: () => Parsed<RunFilter>): Parsed<RunFilter> {
    const parser = this
    return Result.gen(function* () {
      let left = yield* part()
      while (parser.accept("word", word) !== undefined) left = { _tag: tag, left, right: yield* part() }
      return left
    })
  }

  private negation(depth: number): Parsed<RunFilter> {
    const parser = this
    return Result.gen(function* () {
      if (depth > MAX_DEPTH) return yield* refuse(parser.peek().span, `more than ${MAX_DEPTH} levels of nesting`)
      if (parser.accept("word", "not") !== undefined) {
        return { _tag: "Not", inner: yield* parser.negation(depth + 1) } as const
      }
      if (parser.accept("operator", "(") === undefined) return yield* parser.comparison()
      const inner = yield* parser.either(depth + 1)
      if (parser.accept("operator", ")") === undefined) return yield* unexpected(parser.peek(), '")"')
      return inner
    })
  }

  private comparison(): Parsed<RunFilter> {
    const parser = this
    return Result.gen(function* () {
      const left = yield* parser.operand()
      const sign = parser.accept("operator", "=", "==", "!=", "<", "<=", ">", ">=")
      if (sign === undefined) return { _tag: "Holds", operand: left } as const
      const operator = (sign.text === "==" ? "=" : sign.text) as Comparison
      return { _tag: "Compare", operator, left, right: yield* parser.operand() } as const
    })
  }

  private operand(): Parsed<Operand> {
    const token = this.peek()
    const { kind, text, span } = token
    if (kind === "end" || kind === "operator" || (kind === "word" && JOINS.has(text))) {
      return unexpected(token, "a name or a value")
    }
    this.at++
    if (kind === "number") return Result.succeed({ _tag: "Literal", value: Number(text), span })
    if (kind === "duration") return Result.succeed({ _tag: "Duration", value: parseDuration(text) ?? 0, span })
    return Result.succeed(kind === "word" ? { _tag: "Word", word: text, span } : { _tag: "Literal", value: text, span })
  }
}

const JOINS = new Set(["and", "or", "not"])

const unexpected = ({ kind, text, span }: Token, expected: string): Result.Result<never, Diagnostic> =>
  refuse(span, kind === "end" ? `it ends where ${expected} was expected` : `expected ${expected}, found ${text}`)

/** A complaint in place of a value. */
export const refuse = (span: Span, message: string, hint?: string): Result.Result<never, Diagnostic> =>
  Result.fail({ severity: "error", span, message, ...(hint === undefined ? {} : { hint }) })
