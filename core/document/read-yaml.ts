/** From text to YAML nodes with all complaints about the YAML itself, and as much of the tree as can be trusted. */
import type { Alias, Node } from "yaml"
import { isGuarded } from "../fault/hooks.ts"
import { checkNodes } from "./check-nodes.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { type Block, blank, blockAround, type LineRange } from "./damaged-block.ts"
import { type Explained, explainYamlError } from "./explain-yaml-error.ts"
import { type ParsedYaml, parseYaml, type YamlError } from "./parse-yaml.ts"
import * as SourceText from "./SourceText.ts"
import { codePointName } from "./unseen-characters.ts"

/** Characters that may be parsed again and again to find further syntax errors. */
const RECOVERY_BUDGET = 1_000_000

/** Syntax errors after which a file is given up. */
const MAX_ERRORS = 20

export interface YamlTree {
  readonly root: Node | null
  readonly aliases: ReadonlyMap<Alias, Node>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Whether nothing had to be left out. */
  readonly isWhole: boolean
  /** Whether a line was left out or stands for something unknown: complaints about it would only follow from others. */
  readonly isDamaged: (line: number) => boolean
  /** Whether the map under the top-level key on a line has all its keys. */
  readonly isComplete: (line: number) => boolean
}

/**
 * Reads YAML.
 *
 * After a syntax error the smallest block around it is blanked and the rest is read again, so that one slip does not
 * hide the others. Only the first error of each reading counts: those after it may follow from it.
 */
export const readYaml = (source: SourceText.SourceText): YamlTree => {
  const damage = new Damage(source.lineStarts.length)
  const diagnostics = unseenCharacters(source)
  for (const { span } of diagnostics) damage.add({ first: span.line, last: span.line })
  let { text } = source
  let budget = RECOVERY_BUDGET
  let parsed = parseYaml(text)
  for (let error = firstError(parsed); error !== undefined; error = firstError(parsed)) {
    const current = { ...source, text }
    const explained = explainYamlError(current, parsed, error)
    const diagnostic = diagnosticAt(source, explained)
    const block =
      error.code === "MULTIPLE_DOCS" ? linesFrom(source, explained.start) : blockAround(current, explained.start)
    if (block === undefined || !damage.isConsequence(diagnostic.span.line, block, explained))
      diagnostics.push(diagnostic)
    budget -= text.length
    const isFinal = explained.isFatal || diagnostics.length === MAX_ERRORS || budget < 0
    const rest = isFinal || block === undefined ? undefined : blank(current, block)
    if (rest === undefined || block === undefined) return lost(diagnostics)
    damage.add(block)
    if (!rest.isKeyKept || explained.isAskew) damage.lose(block)
    text = rest.text
    parsed = parseYaml(text)
  }
  const { findings, aliases, isExhausting } = checkNodes(parsed.contents)
  for (const finding of findings) {
    const diagnostic = diagnosticAt(source, finding)
    diagnostics.push(diagnostic)
    if (finding.isBroken) damage.add({ first: diagnostic.span.line, last: diagnostic.span.line })
  }
  if (isExhausting) return lost(diagnostics)
  return {
    root: parsed.contents,
    aliases,
    diagnostics,
    isWhole: damage.isNone,
    isDamaged: (line) => damage.has(line),
    isComplete: (line) => !damage.has(line) && !damage.incomplete.has(line)
  }
}

/** What is no text: YAML allows no control characters, and half a character stands for a byte that is no UTF-8. */
const NO_TEXT = /[^\P{Cc}\t\n\r\u0085]|\p{Cs}|[\ufffe\uffff]/gu

/** Complaints about what no text can hold: the first of each line, as far as anybody would read them. */
const unseenCharacters = (source: SourceText.SourceText): Array<Diagnostic> => {
  if (!isGuarded("refuse-unseen")) return []
  const found = new Map<number, Diagnostic>()
  for (const { 0: character, index } of source.text.matchAll(NO_TEXT)) {
    const place = SourceText.span(source, index, index + 1)
    if (!found.has(place.line))
      found.set(place.line, { severity: "error", span: place, ...explained(source, character) })
    if (found.size === MAX_ERRORS) break
  }
  return [...found.values()]
}

const explained = ({ text }: SourceText.SourceText, character: string): Pick<Diagnostic, "message" | "hint"> => {
  if (/^\p{Cs}$/u.test(character)) {
    const isWide = /^[\udcfe\udcff]/u.test(text)
    return { message: "this is no UTF-8", hint: isWide ? "it looks like UTF-16: save it as UTF-8" : "save it as UTF-8" }
  }
  return {
    message: `${codePointName(character)} is no character of a text`,
    hint: "in double quotes it can be escaped"
  }
}

/** Nothing of the file can be read. */
const lost = (diagnostics: ReadonlyArray<Diagnostic>): YamlTree => ({
  root: null,
  aliases: new Map(),
  diagnostics,
  isWhole: false,
  isDamaged: () => true,
  isComplete: () => false
})

class Damage {
  isNone = true
  /** Lines of top-level keys under which an entry was lost together with its name. */
  readonly incomplete = new Set<number>()
  private readonly lines: Uint8Array

  constructor(lineCount: number) {
    this.lines = new Uint8Array(lineCount + 1)
  }

  add({ first, last }: LineRange): void {
    this.isNone = false
    this.lines.fill(1, first, last + 1)
  }

  lose({ top }: Block): void {
    this.incomplete.add(top)
  }

  has(line: number): boolean {
    return this.lines[line] === 1
  }

  /** Whether an error is most likely no slip of its own: where one entry is lost, the next ones stand askew. */
  isConsequence(line: number, { top }: Block, { isAskew }: Explained): boolean {
    return this.has(line) || (isAskew === true && this.incomplete.has(top))
  }
}

const linesFrom = (source: SourceText.SourceText, offset: number): Block => {
  const first = SourceText.lineIndex(source, offset) + 1
  return { top: first, first, last: source.lineStarts.length }
}

const firstError = ({ errors }: ParsedYaml): YamlError | undefined =>
  errors.reduce<YamlError | undefined>(
    (first, error) => (first === undefined || error.pos[0] < first.pos[0] ? error : first),
    undefined
  )

const diagnosticAt = (source: SourceText.SourceText, { start, end, message, hint }: Explained): Diagnostic => ({
  severity: "error",
  span: SourceText.span(source, start, end),
  message,
  ...(hint === undefined ? {} : { hint })
})
