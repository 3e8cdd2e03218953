/** From text to YAML nodes with all complaints about the YAML itself, and as much of the tree as can be trusted. */
import type { Alias, Node } from "yaml"
import { checkNodes } from "./check-nodes.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { blank, blockAround, type LineRange } from "./damaged-block.ts"
import { type Explained, explainYamlError } from "./explain-yaml-error.ts"
import { type ParsedYaml, parseYaml, type YamlError } from "./parse-yaml.ts"
import * as SourceText from "./SourceText.ts"

/** Characters that may be parsed again and again to find further syntax errors. */
const RECOVERY_BUDGET = 3_000_000

/** Syntax errors after which a file is given up. */
const MAX_ERRORS = 20

export interface YamlTree {
  readonly root: Node | null
  readonly aliases: ReadonlyMap<Alias, Node>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Lines that were left out or stand for something unknown: a complaint about them would only follow from another. */
  readonly damage: ReadonlyArray<LineRange>
}

/**
 * Reads YAML.
 *
 * After a syntax error the smallest block around it is blanked and the rest is read again, so that one slip does not
 * hide the others. Only the first error of each reading counts: those after it may follow from it.
 */
export const readYaml = (source: SourceText.SourceText): YamlTree => {
  const diagnostics: Array<Diagnostic> = []
  const damage: Array<LineRange> = []
  let { text } = source
  let budget = RECOVERY_BUDGET
  let parsed = parseYaml(text)
  while (parsed.errors.length > 0) {
    const current = { ...source, text }
    const { error, explained } = firstError(current, parsed)
    diagnostics.push(diagnosticAt(source, explained))
    budget -= text.length
    const block =
      error.code === "MULTIPLE_DOCS" ? linesFrom(source, explained.start) : blockAround(current, explained.start)
    const isFinal = error.code.startsWith("TOO_") || diagnostics.length === MAX_ERRORS || budget < 0
    const rest = isFinal || block === undefined ? undefined : blank(current, block)
    if (rest === undefined || block === undefined) return { root: null, aliases: new Map(), diagnostics, damage: [ALL] }
    damage.push(block)
    text = rest
    parsed = parseYaml(text)
  }
  const { findings, aliases, isExhausting } = checkNodes(parsed.contents)
  for (const finding of findings) {
    const diagnostic = diagnosticAt(source, finding)
    diagnostics.push(diagnostic)
    if (finding.isBroken) damage.push({ first: diagnostic.span.line, last: diagnostic.span.line })
  }
  if (isExhausting) return { root: null, aliases, diagnostics, damage: [ALL] }
  return { root: parsed.contents, aliases, diagnostics, damage }
}

const ALL: LineRange = { first: 1, last: Number.MAX_SAFE_INTEGER }

const linesFrom = (source: SourceText.SourceText, offset: number): LineRange => ({
  first: SourceText.lineIndex(source, offset) + 1,
  last: source.lineStarts.length
})

const firstError = (
  source: SourceText.SourceText,
  parsed: ParsedYaml
): { readonly error: YamlError; readonly explained: Explained } => {
  const [error] = parsed.errors.toSorted((a, b) => a.pos[0] - b.pos[0])
  // Called only when there is an error.
  const first = error as YamlError
  return { error: first, explained: explainYamlError(source, parsed, first) }
}

const diagnosticAt = (source: SourceText.SourceText, { start, end, message, hint }: Explained): Diagnostic => ({
  severity: "error",
  span: SourceText.span(source, start, end),
  message,
  ...(hint === undefined ? {} : { hint })
})
