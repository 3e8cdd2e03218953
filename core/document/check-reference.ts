/** Whether the stages, sources and profiles that a file refers to are in it. */
import { Result } from "effect"
import type { Cursor } from "./Cursor.ts"
import type { Offer } from "./check-names.ts"
import type { Reference } from "./PipelineDocument.ts"
import { parseReference } from "./reference.ts"
import type { Span } from "./Span.ts"
import { readValues } from "./written-values.ts"

/** The names that references may use; `undefined` for a list that could not be read, where any name will do. */
export interface KnownNames {
  /** With what they are called in the whole pipeline: `train` of a file included as `small` is `small-train`. */
  readonly stages: ReadonlyMap<string, string> | undefined
  readonly sources: ReadonlyMap<string, string> | undefined
  readonly profiles: ReadonlySet<string> | undefined
}

/** The reference by whole names; complains when it names a stage or source that the file does not have. */
const checkReference = (cursor: Cursor, reference: Reference, known: KnownNames, title: string): Reference => {
  const [what, name] =
    reference._tag === "Source" ? (["source", reference.source] as const) : (["stage", reference.stage] as const)
  const names = what === "source" ? known.sources : known.stages
  const whole = names?.get(name)
  if (whole !== undefined) return renamed(reference, whole)
  if (names !== undefined) cursor.unknown(reference.span, `${title}: unknown ${what}`, name, `${what}s`, names.keys())
  return reference
}

const renamed = (reference: Reference, name: string): Reference => {
  if (reference._tag === "Source") return { ...reference, source: name }
  if (reference._tag === "All") return { ...reference, stage: name }
  return { ...reference, stage: name, task: `${name}${reference.task.slice(reference.stage.length)}` }
}

/**
 * Reads and checks a reference; `undefined` after a complaint that leaves none.
 *
 * `offer` is what expressions in the place of matrix values may name; absent where there can be none.
 */
export const readReference = (
  cursor: Cursor,
  node: unknown,
  otherwise: Span,
  known: KnownNames,
  title: string,
  offer?: Offer
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
  const whole = withValues(cursor, node, reference.success, title, offer)
  return whole && checkReference(cursor, whole, known, title)
}

const withValues = (
  cursor: Cursor,
  node: unknown,
  reference: Reference,
  title: string,
  offer: Offer | undefined
): Reference | undefined => {
  if (reference._tag !== "One" || reference.task === reference.stage) return reference
  const written = readValues(cursor, node, reference, title, offer)
  return written && { ...reference, written }
}
