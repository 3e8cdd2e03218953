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

/** A pipeline file cannot be run. Holds every complaint, in document order. */
export class PipelineInvalid extends Data.TaggedError("PipelineInvalid")<{
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Text of each file that a diagnostic points into, for the excerpts. */
  readonly texts: ReadonlyMap<string, string>
}> {
  override get message(): string {
    return this.diagnostics.map(({ span, message }) => `${span.file}:${span.line}:${span.column} ${message}`).join("\n")
  }
}
