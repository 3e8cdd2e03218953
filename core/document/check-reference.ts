/** Whether the stages, sources and profiles that a file refers to are in it. */
import { Result } from "effect"
import type { Cursor } from "./Cursor.ts"
import type { Reference } from "./PipelineDocument.ts"
import { parseReference } from "./reference.ts"
import type { Span } from "./Span.ts"

/** The names that references may use; `undefined` for a list that could not be read, where any name will do. */
export interface KnownNames {
  readonly stages: ReadonlySet<string> | undefined
  readonly sources: ReadonlySet<string> | undefined
  readonly profiles: ReadonlySet<string> | undefined
}

/** Complains when a reference names a stage or source that the file does not have. */
export const checkReference = (cursor: Cursor, reference: Reference, known: KnownNames, title: string): void => {
  const [what, name] =
    reference._tag === "Source" ? (["source", reference.source] as const) : (["stage", reference.stage] as const)
  const names = what === "source" ? known.sources : known.stages
  if (names === undefined || names.has(name)) return
  cursor.unknown(reference.span, `${title}: unknown ${what}`, name, `${what}s`, names)
}

/** Reads and checks a reference; `undefined` after a complaint that leaves none. */
export const readReference = (
  cursor: Cursor,
  node: unknown,
  otherwise: Span,
  known: KnownNames,
  title: string
): Reference | undefined => {
  const text = cursor.scalar(node)
  const span = cursor.span(node, otherwise)
  if (typeof text !== "string") {
    cursor.complain(span, `${title} must name an artifact, not ${cursor.describe(node)}`, "write stage.port")
    return undefined
  }
  const reference = parseReference(text, span)
  if (Result.isFailure(reference)) {
    cursor.complain(span, `${title}: ${reference.failure.message}`, reference.failure.hint)
    return undefined
  }
  checkReference(cursor, reference.success, known, title)
  return reference.success
}
