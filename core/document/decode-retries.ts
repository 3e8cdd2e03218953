/** The retries of a stage: a number, or a map that also says how long to wait. */
import { isMap } from "yaml"
import { type Backoff, USUAL_BACKOFF } from "./Backoff.ts"
import type { Cursor, Field } from "./Cursor.ts"
import type { RetryDocument } from "./PipelineDocument.ts"
import { parseDuration } from "./quantities.ts"
import type { Spanned } from "./Span.ts"

/** Decodes `retries:`; `undefined` when there is none, and after complaints. */
export const decodeRetries = (cursor: Cursor, stage: string, field: Field | undefined): RetryDocument | undefined => {
  const title = `${stage}: retries`
  if (field === undefined || !isMap(cursor.resolve(field.value))) {
    const most = cursor.number(field, title, { least: 0, whole: true })
    return most && { most: most.value, backoff: undefined }
  }
  const record = cursor.record(field.value, title, ["max", "delay", "factor", "longest"], field.keySpan)
  const most = cursor.number(record.max, `${title}: max`, { least: 0, whole: true })
  if (record.max === undefined) cursor.complain(field.keySpan, `${title}: "max" is missing`, "add   max: 3")
  const delay = decodeDuration(cursor, `${title}: delay`, record.delay)
  const factor = cursor.number(record.factor, `${title}: factor`, { least: 1 })
  const longest = decodeDuration(cursor, `${title}: longest`, record.longest)
  const backoff: Backoff = {
    delay: delay?.value ?? Math.min(USUAL_BACKOFF.delay, longest?.value ?? Number.POSITIVE_INFINITY),
    factor: factor?.value ?? USUAL_BACKOFF.factor,
    longest: longest?.value ?? Math.max(USUAL_BACKOFF.longest, delay?.value ?? 0)
  }
  if (longest !== undefined && backoff.longest < backoff.delay) {
    cursor.complain(longest.span, `${title}: the longest pause is shorter than the first, which is delay`)
  }
  return most && { most: most.value, backoff }
}

/** A length of time, in milliseconds, longer than none; complains of what is none. */
export const decodeDuration = (
  cursor: Cursor,
  title: string,
  field: Field | undefined
): Spanned<number> | undefined => {
  const text = cursor.text(field, title)
  if (text === undefined) return undefined
  const value = parseDuration(text.value)
  if (value !== undefined && value > 0) return { value, span: text.span }
  cursor.complain(text.span, `${title}: "${text.value}" is no duration`, "write 90s, 10m or 1h30m")
  return undefined
}
