/** From text to YAML nodes, within limits that no text can break through. */
import { Composer, type Document, Lexer, type Node, Parser } from "yaml"
import { isGuarded } from "../fault/hooks.ts"

/** Characters beyond this are no pipeline file: ten thousand stages that are written out take 1.1 MB, and a second. */
export const MAX_TEXT = 2_000_000

/** Levels of nesting; deeper text could exhaust the call stack of whoever walks it. */
const MAX_DEPTH = 64

/** Lexemes without a place in the text that are looked at: the first is complained of, and there may be a million. */
const MAX_MISPLACED = 100

/** A complaint of the YAML library, by its code. */
export interface YamlError {
  readonly code: string
  readonly pos: readonly [number, number]
  readonly message: string
}

export interface ParsedYaml {
  readonly contents: Node | null
  readonly errors: ReadonlyArray<YamlError>
}

const OPTIONS = { version: "1.2", schema: "core" } as const

/** Parses one YAML document. Never throws; nesting is watched while the text is read, before anything recurses. */
export const parseYaml = (text: string): ParsedYaml => {
  if (text.length > MAX_TEXT) return refusal("TOO_LARGE", [0, 1], `the file is larger than ${MAX_TEXT / 1e6} MB`)
  // A text may have a million errors, and nobody asks for the stack of one.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return parsed(text)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const parsed = (text: string): ParsedYaml => {
  const parser = new Parser()
  // The library compares every pair of keys: 10 s on 10 000 stages. `checkNodes` is linear.
  const composer = new Composer({ ...OPTIONS, uniqueKeys: !isGuarded("compare-keys-once") })
  const documents: Array<Document.Parsed> = []
  let misplaced = 0
  for (const lexeme of new Lexer().lex(text)) {
    const at = parser.offset
    for (const token of parser.next(lexeme)) {
      if (token.type === "error" && ++misplaced > MAX_MISPLACED) continue
      documents.push(...composer.next(token))
    }
    if (parser.stack.length > MAX_DEPTH && isGuarded("cap-depth")) {
      return refusal("TOO_DEEP", [at, at + 1], `more than ${MAX_DEPTH} levels of nesting`)
    }
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  const [document, second] = documents
  if (document === undefined) return { contents: null, errors: [] }
  return {
    contents: document.contents,
    errors: [
      ...document.errors,
      ...directiveErrors(document, text),
      ...(second === undefined ? [] : [secondDocument(second)])
    ]
  }
}

const refusal = (code: string, pos: readonly [number, number], message: string): ParsedYaml => ({
  contents: null,
  errors: [{ code, pos, message }]
})

const secondDocument = ({ range }: Document.Parsed): YamlError => ({
  code: "MULTIPLE_DOCS",
  pos: [range[0], range[0] + 3],
  message: "a second document"
})

/** `%YAML 1.1` would turn `no` into false and `1:30` into 90. */
const directiveErrors = ({ directives }: Document.Parsed, text: string): ReadonlyArray<YamlError> => {
  if (directives.yaml.explicit !== true) return []
  const start = /^%/mu.exec(text)?.index ?? 0
  return [{ code: "DIRECTIVE", pos: [start, start + "%YAML".length], message: "a directive" }]
}
