/** From text to YAML nodes, with every complaint about the YAML itself. */
import { Result } from "effect"
import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from "yaml"
import type { Diagnostic } from "./Diagnostic.ts"
import { type SourceText, span } from "./SourceText.ts"

/** Characters beyond this are no pipeline file. */
const MAX_TEXT = 16_000_000

/** Levels of nesting; deeper text could exhaust the call stack of whoever walks it. */
const MAX_DEPTH = 60

/** Nodes that aliases may add: against aliases of aliases that grow exponentially. */
const MAX_EXPANDED = 200_000

/** The root node, or what is wrong with the YAML: syntax, tabs, duplicate keys, aliases. */
export const readYaml = (source: SourceText): Result.Result<Node | null, ReadonlyArray<Diagnostic>> => {
  const complaint = (start: number, end: number, message: string, hint?: string): Diagnostic => ({
    severity: "error",
    span: span(source, start, end),
    message,
    ...(hint === undefined ? {} : { hint })
  })
  if (source.text.length > MAX_TEXT) return Result.fail([complaint(0, 1, "the file is larger than 16 MB")])
  const tooDeep = deepNesting(source.text)
  if (tooDeep !== undefined)
    return Result.fail([complaint(tooDeep, tooDeep + 1, `more than ${MAX_DEPTH} levels of nesting`)])
  // The library compares every pair of keys for uniqueness: 10 s on 10 000 stages. `duplicateKeys` is linear.
  const document = parseDocument(source.text, { prettyErrors: false, uniqueKeys: false })
  const tabs = tabIndentation(source.text).map((at) =>
    complaint(at, at + 1, "a tab cannot indent YAML", "use spaces: two for each level")
  )
  // A tab makes the library complain in many words about what follows; the tab is what has to be mended.
  const errors =
    tabs.length > 0 ? tabs : firstOfEachLine(document.errors.map((error) => syntaxError(error, source.text, complaint)))
  if (errors.length > 0) return Result.fail(errors)
  const structural = [...inspect(document.contents, (alias) => alias.resolve(document))].map(([at, message, hint]) =>
    complaint(at, at + 1, message, hint)
  )
  return structural.length > 0 ? Result.fail(structural) : Result.succeed(document.contents)
}

type Complain = (start: number, end: number, message: string, hint?: string) => Diagnostic

const syntaxError = (
  error: { readonly pos: readonly [number, number]; readonly message: string },
  text: string,
  complain: Complain
): Diagnostic => {
  const [start, end] = error.pos
  const lineStart = text.lastIndexOf("\n", start - 1) + 1
  const line = text.slice(lineStart, (text.indexOf("\n", start) + 1 || text.length + 1) - 1)
  // `with: { width: ${{ … }} }`: the braces are read as a flow map.
  const bare = /[{[,][^"']*(?<expression>\$\{\{)/du.exec(line)?.indices?.groups?.["expression"]
  if (bare !== undefined) {
    const at = lineStart + bare[0]
    return complain(
      at,
      at + 3,
      "an expression inside { } or [ ] needs quotes",
      'YAML reserves braces there: write "${{ … }}"'
    )
  }
  return complain(start, end, `YAML: ${error.message.replace(/\s+/gu, " ").trim()}`)
}

/** One slip makes the library stumble again and again over the rest of its line. */
const firstOfEachLine = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<Diagnostic> => [
  ...new Map(diagnostics.toReversed().map((diagnostic) => [diagnostic.span.line, diagnostic])).values()
]

/** Offsets of tabs in the indentation of lines that hold something. */
const tabIndentation = (text: string): ReadonlyArray<number> => {
  const offsets: Array<number> = []
  let scalarIndent: number | undefined
  let offset = 0
  for (const line of text.split("\n")) {
    const indent = /^[ \t]*/u.exec(line)?.[0] ?? ""
    const isBlank = indent.length === line.trimEnd().length
    const spaces = /^ */u.exec(line)?.[0].length ?? 0
    // The text of a block scalar may hold tabs after its own indentation.
    if (scalarIndent !== undefined && !isBlank && spaces <= scalarIndent) scalarIndent = undefined
    if (scalarIndent === undefined && !isBlank) {
      if (indent.includes("\t") && line[indent.length] !== "#") offsets.push(offset + indent.indexOf("\t"))
      if (/(?:^|[\s:-])[|>][+-]?\d?[+-]?\s*(?:#.*)?$/u.test(line)) scalarIndent = spaces
    }
    offset += line.length + 1
  }
  return offsets
}

/** Offset at which flow brackets nest too deep, before a recursive reader meets them. */
const deepNesting = (text: string): number | undefined => {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === "\n" && /[^\s{[}\],]/u.test(text[at + 1] ?? "")) depth = 0
    else if (character === "{" || character === "[") depth++
    else if ((character === "}" || character === "]") && depth > 0) depth--
    if (depth > MAX_DEPTH) return at
  }
  return undefined
}

type Finding = readonly [offset: number, message: string, hint?: string | undefined]

/** Duplicate keys, keys that are no text, and aliases that lead nowhere, in circles, or to too much. */
function* inspect(root: Node | null, resolve: (alias: Alias) => unknown): Generator<Finding> {
  let expanded = 0
  const within: Array<unknown> = []
  function* visit(node: unknown, isCopy: boolean): Generator<Finding> {
    if (isCopy && ++expanded > MAX_EXPANDED) return
    if (isAlias(node)) {
      const target = resolve(node)
      const at = node.range?.[0] ?? 0
      if (target === undefined) yield [at, `alias *${node.source} leads to nothing`]
      else if (within.includes(target)) yield [at, `alias *${node.source} contains itself`]
      else yield* visit(target, true)
      return
    }
    if (!isMap(node) && !isSeq(node)) return
    within.push(node)
    if (isMap(node) && !isCopy) yield* keyFindings(node)
    for (const item of node.items) yield* visit(isPair(item) ? item.value : item, isCopy)
    within.pop()
  }
  yield* visit(root, false)
  if (expanded > MAX_EXPANDED) yield [0, `aliases expand to more than ${MAX_EXPANDED} values`]
}

function* keyFindings(map: YAMLMap): Generator<Finding> {
  const seen = new Set<string>()
  for (const { key } of map.items) {
    if (!isScalar(key) || (typeof key.value === "object" && key.value !== null)) {
      const at = isScalar(key) || isMap(key) || isSeq(key) ? (key.range?.[0] ?? 0) : 0
      const braces = isMap(key) ? 'inside { } YAML reserves braces: write "${{ … }}" in quotes' : undefined
      yield [at, "a key must be text", braces]
      continue
    }
    const name = String(key.value)
    if (seen.has(name)) yield [key.range?.[0] ?? 0, `duplicate key "${name}"`, "each key may stand once in a map"]
    seen.add(name)
  }
}
