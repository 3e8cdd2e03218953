/** An entry under `expect:`: a metric, what it should be, and who says so. */

import type { Cursor, Field } from "./Cursor.ts"
import type { KnownNames } from "./check-reference.ts"
import { timeInMetric } from "./measured-times.ts"
import type { ExpectationDocument, Tolerance } from "./PipelineDocument.ts"
import type { Span, Spanned } from "./Span.ts"

const KEYS = ["metric", "value", "tolerance", "atMost", "atLeast", "origin", "source", "note", "profiles"] as const

/** Decodes one expectation; `undefined` after complaints that leave nothing to go on with. */
export const decodeExpectation = (
  cursor: Cursor,
  item: unknown,
  known: KnownNames,
  otherwise: Span
): ExpectationDocument | undefined => {
  const span = cursor.span(item, otherwise)
  const record = cursor.record(item, "expect", KEYS, otherwise)
  const written = cursor.text(record.metric, "expect: metric")
  const metric = written && { value: checkMetric(cursor, written.value, written.span, known), span: written.span }
  if (record.metric === undefined) cursor.complain(span, "expect: the metric is missing", "add   metric: stage.name")
  const title = `expect "${written?.value ?? "?"}"`
  const tolerance = decodeTolerance(cursor, title, record, span)
  const origin = decodeOrigin(cursor, title, record.origin, span)
  const profiles = decodeProfileNames(cursor, title, record.profiles, known)
  if (metric === undefined || tolerance === undefined || origin === undefined) return undefined
  return {
    span,
    metric,
    tolerance,
    origin,
    source: cursor.text(record.source, `${title}: source`)?.value,
    note: cursor.text(record.note, `${title}: note`)?.value,
    profiles
  }
}

/** The metric with the whole name of its stage. */
const checkMetric = (cursor: Cursor, text: string, span: Span, known: KnownNames): string => {
  const stage = /^[^.@]*/u.exec(text)?.[0] ?? ""
  const whole = known.stages?.get(stage)
  if (!/^[^.@]+(?:@.+)?\../u.test(text)) {
    cursor.complain(span, `expect: "${text}" names no metric`, "write stage.metric")
  } else if (known.stages !== undefined && whole === undefined) {
    cursor.unknown(span, "expect: unknown stage", stage, "stages", known.stages.keys())
  } else if (timeInMetric(text) !== undefined) {
    const message = `expect: "${text}": a time is no result, it depends on the machine and on what else runs there`
    cursor.complain(span, message, "have the stage count its work and record that; `report: times:` draws times")
  }
  return whole === undefined ? text : `${whole}${text.slice(stage.length)}`
}

const decodeTolerance = (
  cursor: Cursor,
  title: string,
  record: { readonly [key in (typeof KEYS)[number]]?: Field },
  span: Span
): Tolerance | undefined => {
  const value = cursor.number(record.value, `${title}: value`)
  const atMost = cursor.number(record.atMost, `${title}: atMost`)
  const atLeast = cursor.number(record.atLeast, `${title}: atLeast`)
  const hasBound = record.atMost !== undefined || record.atLeast !== undefined
  if ((record.value !== undefined) === hasBound) {
    const hint = hasBound ? undefined : "add   value: 1.0   and   tolerance: { absolute: 0.01 }"
    cursor.complain(span, `${title}: give a value, or one of atMost and atLeast, or both of these`, hint)
    return undefined
  }
  if (record.value === undefined) {
    if (record.tolerance !== undefined) cursor.complain(record.tolerance.keySpan, `${title}: a bound has no tolerance`)
    if (record.atMost !== undefined && record.atLeast !== undefined) return between(cursor, title, atLeast, atMost)
    if (atMost !== undefined) return { _tag: "AtMost", bound: atMost.value }
    return atLeast === undefined ? undefined : { _tag: "AtLeast", bound: atLeast.value }
  }
  if (record.tolerance === undefined) {
    cursor.complain(span, `${title}: the tolerance is missing`, "add   tolerance: { absolute: 0.01 }   (or relative)")
    return undefined
  }
  if (typeof cursor.scalar(record.tolerance.value) === "number") {
    const place = cursor.span(record.tolerance.value, record.tolerance.keySpan)
    cursor.complain(
      place,
      `${title}: a tolerance is either absolute or relative`,
      "write { absolute: … } or { relative: … }"
    )
    return undefined
  }
  const { keySpan } = record.tolerance
  const fields = cursor.record(record.tolerance.value, `${title}: tolerance`, ["absolute", "relative"], keySpan)
  const absolute = cursor.number(fields.absolute, `${title}: absolute`, { least: 0 })
  const relative = cursor.number(fields.relative, `${title}: relative`, { least: 0 })
  if ((fields.absolute === undefined) === (fields.relative === undefined)) {
    cursor.complain(keySpan, `${title}: a tolerance is either absolute or relative`)
    return undefined
  }
  if (value === undefined) return undefined
  if (absolute !== undefined) return { _tag: "Absolute", value: value.value, tolerance: absolute.value }
  return relative === undefined ? undefined : { _tag: "Relative", value: value.value, tolerance: relative.value }
}

const between = (
  cursor: Cursor,
  title: string,
  least: Spanned<number> | undefined,
  most: Spanned<number> | undefined
): Tolerance | undefined => {
  if (least === undefined || most === undefined) return undefined
  if (least.value <= most.value) return { _tag: "Between", least: least.value, most: most.value }
  cursor.complain(least.span, `${title}: nothing is at least ${least.value} and at most ${most.value}`)
  return undefined
}

const decodeOrigin = (cursor: Cursor, title: string, field: Field | undefined, span: Span) => {
  const origin = cursor.text(field, `${title}: origin`)
  if (origin?.value === "paper" || origin?.value === "reference") return origin.value
  if (field === undefined || origin !== undefined) {
    cursor.complain(
      origin?.span ?? span,
      field === undefined ? `${title}: the origin is missing` : `${title}: unknown origin "${origin?.value}"`,
      "paper: printed there · reference: computed independently"
    )
  }
  return undefined
}

const decodeProfileNames = (
  cursor: Cursor,
  title: string,
  field: Field | undefined,
  { profiles }: KnownNames
): ReadonlyArray<string> | undefined =>
  field &&
  cursor.items(field, `${title}: profiles`).flatMap((item) => {
    const name = cursor.scalar(item)
    if (typeof name === "string" && (profiles === undefined || profiles.has(name))) return [name]
    const place = cursor.span(item, field.keySpan)
    cursor.unknown(place, `${title}: unknown profile`, String(name), "profiles", profiles ?? [])
    return []
  })
