/** From text to YAML nodes with all complaints about the YAML itself, and as much of the tree as can be trusted. */
import type { Alias, Node } from "yaml"
import { checkNodes } from "./check-nodes.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { blank, blockAround, type LineRange } from "./damaged-block.ts"
import { type Explained, explainYamlError } from "./explain-yaml-error.ts"
import { type ParsedYaml, parseYaml, type YamlError } from "./parse-yaml.ts"
import * as SourceText from "./SourceText.ts"

/** Characters that may be parsed again and again to find further syntax errors. */
const RECOVERY_BUDGET = 1_500_000

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
}

/**
 * Reads YAML.
 *
 * After a syntax error the smallest block around it is blanked and the rest is read again, so that one slip does not
 * hide the others. Only the first error of each reading counts: those after it may follow from it.
 */
export const readYaml = (source: SourceText.SourceText): YamlTree => {
  const diagnostics: Array<Diagnostic> = []
  const damage = new Damage(source.lineStarts.length)
  let { text } = source
  let budget = RECOVERY_BUDGET
  let parsed = parseYaml(text)
  for (let error = firstError(parsed); error !== undefined; error = firstError(parsed)) {
    const current = { ...source, text }
    const explained = explainYamlError(current, parsed, error)
    diagnostics.push(diagnosticAt(source, explained))
    budget -= text.length
    const block =
      error.code === "MULTIPLE_DOCS" ? linesFrom(source, explained.start) : blockAround(current, explained.start)
    const isFinal = error.code.startsWith("TOO_") || diagnostics.length === MAX_ERRORS || budget < 0
    const rest = isFinal || block === undefined ? undefined : blank(current, block)
    if (rest === undefined || block === undefined) return lost(diagnostics)
    damage.add(block)
    text = rest
    parsed = parseYaml(text)
  }
  const { findings, aliases, isExhausting } = checkNodes(parsed.contents)
  for (const finding of findings) {
    const diagnostic = diagnosticAt(source, finding)
    diagnostics.push(diagnostic)
    if (finding.isBroken) damage.add({ first: diagnostic.span.line, last: diagnostic.span.line })
  }
  if (isExhausting) return lost(diagnostics)
  return { root: parsed.contents, aliases, diagnostics, isWhole: damage.isNone, isDamaged: (line) => damage.has(line) }
}

/** Nothing of the file can be read. */
const lost = (diagnostics: ReadonlyArray<Diagnostic>): YamlTree => ({
  root: null,
  aliases: new Map(),
  diagnostics,
  isWhole: false,
  isDamaged: () => true
})

class Damage {
  isNone = true
  private readonly lines: Uint8Array

  constructor(lineCount: number) {
    this.lines = new Uint8Array(lineCount + 1)
  }

  add({ first, last }: LineRange): void {
    this.isNone = false
    this.lines.fill(1, first, last + 1)
  }

  has(line: number): boolean {
    return this.lines[line] === 1
  }
}

const linesFrom = (source: SourceText.SourceText, offset: number): LineRange => ({
  first: SourceText.lineIndex(source, offset) + 1,
  last: source.lineStarts.length
})

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
