/** What is wrong with the YAML, in the words of whoever wrote it, at the place to be mended. */
import { isCollection, isMap, isPair, isScalar, isSeq, type Node, Scalar } from "yaml"
import type { ParsedYaml, YamlError } from "./parse-yaml.ts"
import { line, lineIndex, type SourceText } from "./SourceText.ts"

export interface Explained {
  readonly start: number
  readonly end: number
  readonly message: string
  readonly hint?: string
  /** A line stands askew, and those after it may seem to: which map they belong to is not sure. */
  readonly isAskew?: true
  /** Nothing after it can be read. */
  readonly isFatal?: true
}

/** Explains one complaint of the YAML library. */
export const explainYamlError = (source: SourceText, { contents }: ParsedYaml, error: YamlError): Explained =>
  tab(source, error) ??
  bareExpression(source, contents, error) ??
  unclosed(source, contents, error) ??
  star(source, error) ??
  byCode(source, error)

/** A tab before the place of the error is its cause, whatever the library says. */
const tab = (source: SourceText, error: YamlError): Explained | undefined => {
  const lineStart = source.lineStarts[lineIndex(source, error.pos[0])]!
  const indentation = /[ \t]*/uy
  indentation.lastIndex = lineStart
  const at = indentation.exec(source.text)?.[0].indexOf("\t") ?? -1
  if (at < 0) return undefined
  return { start: lineStart + at, end: lineStart + at + 1, message: "tabs cannot indent YAML; use spaces" }
}

/** `with: { width: ${{ … }} }`: the braces of the expression are read as flow maps. */
const bareExpression = (source: SourceText, contents: Node | null, error: YamlError): Explained | undefined => {
  const index = lineIndex(source, error.pos[0])
  const at = line(source, index).indexOf("${{")
  if (at < 0) return undefined
  const start = source.lineStarts[index]! + at
  const enclosing = deepest(contents, (node) => isCollection(node) && node.flow === true && covers(node, start))
  const text = deepest(contents, (node) => isScalar(node) && node.type !== Scalar.PLAIN && covers(node, start))
  if (enclosing === undefined || text !== undefined) return undefined
  return {
    start,
    end: start + 3,
    message: "an expression inside { } or [ ] needs quotes: YAML reserves braces there",
    hint: 'write "${{ … }}"'
  }
}

/** A bracket or quote that is never closed: the place to mend is where it opens, not where the text ran out. */
const unclosed = (source: SourceText, contents: Node | null, error: YamlError): Explained | undefined => {
  const at = error.pos[0]
  const bracket = /end with a (?<close>[\]}])/u.exec(error.message)?.groups?.["close"]
  if (bracket === undefined && !/Missing closing ['"]quote/u.test(error.message)) return undefined
  const open = deepest(
    contents,
    (node) => covers(node, at - 1) && (bracket === undefined ? isQuoted(node) : isFlow(node, bracket))
  )
  const start = open?.range?.[0] ?? at
  if (bracket === undefined) return { start, end: start + 1, message: "this quote is never closed" }
  const found = source.text[at] ?? ""
  const isStray =
    /[\]}]/u.test(found) && deepest(contents, (node) => isFlow(node, found) && covers(node, start - 1)) === undefined
  if (isStray) return { start: at, end: at + 1, message: `nothing is open that ${found} could close` }
  return { start, end: start + 1, message: "this bracket is never closed", hint: `add ${bracket}` }
}

const isFlow = (node: Node, close: string): boolean =>
  isCollection(node) && node.flow === true && (close === "}" ? isMap(node) : isSeq(node))

const isQuoted = (node: Node): boolean =>
  isScalar(node) && (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE)

/** `cron: *\/5 * * * *`: every star is read as an alias. */
const star = (source: SourceText, error: YamlError): Explained | undefined => {
  if (!/Unexpected alias/u.test(error.message)) return undefined
  const index = lineIndex(source, error.pos[0])
  const at = /(?:^|[\s:,[{-])(?<star>\*)/du.exec(line(source, index))?.indices?.groups?.["star"]?.[0]
  if (at === undefined) return undefined
  const start = source.lineStarts[index]! + at
  return { start, end: start + 1, message: "text that starts with * needs quotes" }
}

const byCode = (source: SourceText, { code, pos, message }: YamlError): Explained => {
  const [given, end] = pos
  const start = given + (/^ */u.exec(source.text.slice(given, given + 200))?.[0].length ?? 0)
  const rest = source.text.slice(start, start + 200).split("\n", 1)[0] ?? ""
  const at = (text: string, hint?: string): Explained => ({
    start,
    end: Math.max(end, start + 1),
    message: text,
    ...(hint === undefined ? {} : { hint })
  })
  switch (code) {
    case "TOO_LARGE":
    case "TOO_DEEP":
      return { ...at(message), isFatal: true }
    case "DIRECTIVE":
      return at("directives such as %YAML are not used here", "remove the line")
    case "MULTIPLE_DOCS":
      return at("a second document starts here; a file holds one pipeline", "remove the --- or split the file")
    case "BAD_SCALAR_START":
      return at(`text that starts with ${rest[0] ?? ""} needs quotes`)
    case "BAD_DQ_ESCAPE":
      return at(
        `unknown escape ${rest.slice(0, 2)} in double quotes`,
        "write \\\\ for a backslash, or use single quotes"
      )
    case "BLOCK_AS_IMPLICIT_KEY":
      if (/:\s/u.test(rest)) return at('text that holds ": " needs quotes')
      return askew(
        at("the next line is indented as if it belonged to this value", "indent it as this line, or remove the value")
      )
    case "MULTILINE_IMPLICIT_KEY":
      if (/^[^\s:]+:\S/u.test(rest)) return at("a space is missing after the colon")
      return askew(at("a colon is missing after this key"))
    case "MISSING_CHAR":
      if (message.startsWith("Implicit map keys")) return askew(at("a colon is missing after this key"))
      if (message.startsWith("Missing ,")) return at("a comma is missing before this")
      break
    case "BLOCK_IN_FLOW":
      return at("a comma is missing after this")
    case "BAD_INDENT":
      return askew(at("this indentation fits no level above", "indent the keys of one map alike"))
    case "UNEXPECTED_TOKEN":
      if (message.endsWith("at node end") && isLineStart(source, start)) {
        return { ...at("this line stands left of the first line of the file", "indent both alike"), isFatal: true }
      }
      if (rest.startsWith("- ")) return at("a list starts on a line of its own", "or write [a, b]")
      if (/^[\]}]/u.test(rest)) return at(`nothing is open that ${rest[0]} could close`)
  }
  return at(`YAML: ${message.replace(/\s+/gu, " ").trim()}`)
}

const askew = (explained: Explained): Explained => ({ ...explained, isAskew: true })

const isLineStart = (source: SourceText, offset: number): boolean =>
  source.lineStarts[lineIndex(source, offset)] === offset

/** The last and innermost node that a test holds for, with its value not yet interpreted. */
const deepest = (root: unknown, test: (node: Node) => boolean): Node | undefined => {
  let found: Node | undefined
  const visit = (node: unknown): void => {
    if (isScalar(node) || isCollection(node)) {
      if (test(node)) found = node
    }
    if (!isCollection(node)) return
    for (const item of node.items) {
      if (isPair(item)) {
        visit(item.key)
        visit(item.value)
      } else visit(item)
    }
  }
  visit(root)
  return found
}

const covers = (node: Node, offset: number): boolean => {
  const range = node.range
  return range !== undefined && range !== null && range[0] < offset + 1 && offset <= range[2]
}
