/** Complaints about a pipeline file, and the failure that carries them. */
import { Data } from "effect"
import type { Span } from "./Span.ts"

export interface Diagnostic {
  readonly severity: "error" | "warning"
  readonly span: Span
  /** One line, in the user's words: what is wrong, and with which stage. */
  readonly message: string
  /** The nearest valid name, what was expected, or how to mend it: shown beside the caret. */
  readonly hint?: string
}

/** Sorted by file, in the order of `texts`, and place; what is said twice of one place is said once. */
export const inOrder = (
  diagnostics: ReadonlyArray<Diagnostic>,
  texts: ReadonlyMap<string, string>
): ReadonlyArray<Diagnostic> => {
  const ranks = new Map(Array.from(texts.keys(), (file, index) => [file, index]))
  const rank = ({ span }: Diagnostic): number => ranks.get(span.file) ?? ranks.size
  const once = new Map(
    diagnostics.map((one) => [`${one.span.file}:${one.span.line}:${one.span.column} ${one.message}`, one])
  )
  return [...once.values()].sort(
    (a, b) => rank(a) - rank(b) || a.span.line - b.span.line || a.span.column - b.span.column
  )
}

/** A pipeline file cannot be run. Holds every complaint, in document order. */
export class PipelineInvalid extends Data.TaggedError("PipelineInvalid")<{
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Text of each file that a diagnostic points into, for the excerpts. */
  readonly texts: ReadonlyMap<string, string>
}> {
  override get message(): string {
    return this.diagnostics.map(lineOf).join("\n")
  }
}

/** A complaint where there is room for a line only. */
const lineOf = ({ span, message, hint }: Diagnostic): string =>
  `${span.file}:${span.line}:${span.column} ${message}${hint === undefined ? "" : `; ${hint}`}`
