/** From text to `Expression`, by precedence climbing. */
import { Result } from "effect"
import type { Diagnostic } from "./Diagnostic.ts"
import type { Expression } from "./Expression.ts"
import type { Span } from "./Span.ts"
import { type Token, tokenize } from "./tokenize.ts"

type Binary = Extract<Expression, { readonly _tag: "Binary" }>
type Parsed = Result.Result<Expression, Diagnostic>

/** Nesting beyond this exhausts no call stack, and no person wrote it. */
const MAX_DEPTH = 64

const PRECEDENCE: { readonly [operator: string]: number } = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
  "**": 8
}

/** Longer text is no expression that a person wrote. */
const MAX_LENGTH = 10_000

/** A sum of many terms nests as deep as it is long: whoever walks it recurses. */
const MAX_TOKENS = 1000

/** Parses the text between `${{` and `}}`. `spanAt` turns positions within the text into places of the file. */
export const parseExpression = (text: string, spanAt: (start: number, end: number) => Span): Parsed =>
  Result.gen(function* () {
    if (text.length > MAX_LENGTH) return yield* Result.fail(tooLong(spanAt(0, 1)))
    const tokens = yield* tokenize(text, spanAt)
    if (tokens.length > MAX_TOKENS) return yield* Result.fail(tooMany(tokens[MAX_TOKENS] as Token))
    const parser = new Parser(tokens)
    const expression = yield* parser.conditional(0)
    const rest = parser.peek()
    if (rest.kind !== "end") return yield* Result.fail(unexpected(rest, "the end of the expression"))
    return expression
  })

class Parser {
  private at = 0
  private readonly tokens: ReadonlyArray<Token>

  constructor(tokens: ReadonlyArray<Token>) {
    this.tokens = tokens
  }

  peek(): Token {
    // The last token is "end" and is never passed.
    return this.tokens[this.at] as Token
  }

  private next(): Token {
    const token = this.peek()
    if (token.kind !== "end") this.at++
    return token
  }

  private accept(operator: string): boolean {
    const token = this.peek()
    if (token.kind !== "operator" || token.text !== operator) return false
    this.at++
    return true
  }

  private expect(operator: string, expected = `"${operator}"`): Result.Result<Token, Diagnostic> {
    const token = this.next()
    if (token.kind === "operator" && token.text === operator) return Result.succeed(token)
    return Result.fail(unexpected(token, expected))
  }

  conditional(depth: number): Parsed {
    const parser = this
    return Result.gen(function* () {
      if (depth > MAX_DEPTH) return yield* Result.fail(tooDeep(parser.peek()))
      const test = yield* parser.binary(1, depth)
      if (!parser.accept("?")) return test
      const then = yield* parser.conditional(depth + 1)
      yield* parser.expect(":")
      const otherwise = yield* parser.conditional(depth + 1)
      return { _tag: "Conditional", test, then, otherwise, span: cover(test.span, otherwise.span) } as const
    })
  }

  private binary(least: number, depth: number): Parsed {
    const parser = this
    return Result.gen(function* () {
      let left = yield* parser.unary(depth)
      for (;;) {
        const token = parser.peek()
        const precedence = token.kind === "operator" ? PRECEDENCE[token.text] : undefined
        if (precedence === undefined || precedence < least) return left
        parser.next()
        // ** binds to the right, the others to the left.
        const right = yield* parser.binary(token.text === "**" ? precedence : precedence + 1, depth + 1)
        const operator = token.text as Binary["operator"]
        left = { _tag: "Binary", operator, left, right, span: cover(left.span, right.span) }
      }
    })
  }

  private unary(depth: number): Parsed {
    const parser = this
    return Result.gen(function* () {
      const token = parser.peek()
      if (depth > MAX_DEPTH) return yield* Result.fail(tooDeep(token))
      if (token.kind === "operator" && (token.text === "-" || token.text === "!")) {
        parser.next()
        // -2 ** 2 is -(2 ** 2), as in mathematics.
        const operand = yield* parser.binary(7, depth + 1)
        return { _tag: "Unary", operator: token.text, operand, span: cover(token.span, operand.span) } as const
      }
      return yield* parser.postfix(yield* parser.primary(depth), depth)
    })
  }

  private postfix(start: Expression, depth: number): Parsed {
    const parser = this
    return Result.gen(function* () {
      let object = start
      for (;;) {
        if (parser.accept(".")) {
          const name = parser.next()
          if (name.kind !== "name") return yield* Result.fail(unexpected(name, "a name"))
          object = {
            _tag: "Member",
            object,
            name: name.text,
            nameSpan: name.span,
            span: cover(object.span, name.span)
          }
        } else if (parser.accept("[")) {
          const index = yield* parser.conditional(depth + 1)
          const end = yield* parser.expect("]")
          object = { _tag: "Index", object, index, span: cover(object.span, end.span) }
        } else return object
      }
    })
  }

  private primary(depth: number): Parsed {
    const parser = this
    return Result.gen(function* () {
      const token = parser.next()
      const { span, text } = token
      if (token.kind === "number") {
        const value = Number(text)
        if (/^\d+$/u.test(text) && !Number.isSafeInteger(value)) return yield* Result.fail(inexact(token))
        return { _tag: "Value", value, span } as const
      }
      if (token.kind === "string") return { _tag: "Value", value: text, span } as const
      if (token.kind === "name") {
        if (parser.accept("(")) {
          const { items, end } = yield* parser.list(")", depth)
          const whole = cover(span, end ?? span)
          return { _tag: "Call", function: text, functionSpan: span, arguments: items, span: whole } as const
        }
        if (text === "true" || text === "false") return { _tag: "Value", value: text === "true", span } as const
        if (text === "null") return { _tag: "Value", value: null, span } as const
        return { _tag: "Name", name: text, span } as const
      }
      if (text === "(") {
        const inner = yield* parser.conditional(depth + 1)
        yield* parser.expect(")")
        return inner
      }
      if (text === "[") return yield* parser.bracketed(span, depth)
      return yield* Result.fail(unexpected(token, "a value"))
    })
  }

  /** `[a, b]`, or `[body for name in list if condition]`. */
  private bracketed(start: Span, depth: number): Parsed {
    const parser = this
    return Result.gen(function* () {
      const { items, end } = yield* parser.list("]", depth)
      const [body] = items
      if (end !== undefined) return { _tag: "Items", items, span: cover(start, end) } as const
      if (body === undefined || items.length > 1) return yield* Result.fail(unexpected(parser.peek(), '"]"'))
      parser.next()
      const name = parser.next()
      if (name.kind !== "name") return yield* Result.fail(unexpected(name, "a name"))
      if (!parser.acceptWord("in")) return yield* Result.fail(unexpected(parser.peek(), '"in"'))
      const list = yield* parser.conditional(depth + 1)
      const condition = parser.acceptWord("if") ? yield* parser.conditional(depth + 1) : undefined
      const { span } = yield* parser.expect("]")
      return { _tag: "Each", body, name: name.text, list, condition, span: cover(start, span) } as const
    })
  }

  private acceptWord(word: string): boolean {
    const token = this.peek()
    if (token.kind !== "name" || token.text !== word) return false
    this.at++
    return true
  }

  /** Items up to the closing bracket; without an end when a `for` stands before it. */
  private list(close: ")" | "]", depth: number) {
    const parser = this
    return Result.gen(function* () {
      const items: Array<Expression> = []
      for (;;) {
        const { kind, text, span } = parser.peek()
        if (kind === "operator" && text === close) {
          parser.next()
          return { items: items as ReadonlyArray<Expression>, end: span as Span | undefined }
        }
        if (close === "]" && items.length > 0 && kind === "name" && text === "for") return { items, end: undefined }
        if (items.length > 0) yield* parser.expect(",", `"${close}"`)
        items.push(yield* parser.conditional(depth + 1))
      }
    })
  }
}

const cover = (from: Span, to: Span): Span =>
  from.line === to.line ? { ...from, length: Math.max(1, to.column + to.length - from.column) } : from

const unexpected = (token: Token, expected: string): Diagnostic => ({
  severity: "error",
  span: token.span,
  message:
    token.kind === "end"
      ? `expression: it ends where ${expected} was expected`
      : `expression: expected ${expected}, found ${token.text === "" ? "empty text" : token.text}`
})

const tooLong = (span: Span): Diagnostic => ({
  severity: "error",
  span,
  message: `expression: more than ${MAX_LENGTH} characters`
})

const tooMany = (token: Token): Diagnostic => ({
  severity: "error",
  span: token.span,
  message: `expression: more than ${MAX_TOKENS} numbers, names and signs`
})

const inexact = ({ span, text }: Token): Diagnostic => ({
  severity: "error",
  span,
  message: `expression: ${text} cannot be kept exactly: whole numbers end at ±9007199254740991`
})

const tooDeep = (token: Token): Diagnostic => ({
  severity: "error",
  span: token.span,
  message: `expression: more than ${MAX_DEPTH} levels of nesting`
})
