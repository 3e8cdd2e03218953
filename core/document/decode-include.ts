/** What a file includes. */
import { isMap, isSeq } from "yaml"
import type { Cursor, Field } from "./Cursor.ts"
import { readMap } from "./read-template.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import type { Spanned } from "./Span.ts"
import type { TemplateEntry } from "./Template.ts"

/** `model.yaml`, or `{ file: model.yaml, as: small, params: { width: 8 } }`. */
export interface IncludeDocument {
  /** Relative to the file that includes it. */
  readonly file: Spanned<string>
  /** What its names begin with; without it they join those of the including file. */
  readonly as: Spanned<string> | undefined
  /** Values for its parameters; only with `as`. */
  readonly params: ReadonlyArray<TemplateEntry>
}

/** Decodes `include:`. */
export const decodeIncludes = (cursor: Cursor, field: Field | undefined): ReadonlyArray<IncludeDocument> => {
  if (field === undefined) return []
  const resolved = cursor.resolve(field.value)
  const isList = isSeq(resolved)
  if (!isList && cursor.scalar(field.value) === null) {
    cursor.complain(field.keySpan, "include names no file", "write   include: [common.yaml]")
  }
  const items: ReadonlyArray<unknown> = isList
    ? resolved.items
    : isMap(resolved) || cursor.scalar(field.value) !== null
      ? [field.value]
      : []
  const includes = items.flatMap((item) => decodeInclude(cursor, field, item) ?? [])
  const names = new Set<string>()
  for (const { as } of includes) {
    if (as === undefined) continue
    if (names.has(as.value)) cursor.complain(as.span, `include: two files are included as "${as.value}"`)
    names.add(as.value)
  }
  return includes
}

const decodeInclude = (cursor: Cursor, { keySpan }: Field, item: unknown): IncludeDocument | undefined => {
  if (!isMap(cursor.resolve(item))) {
    const file = cursor.text({ key: "include", keySpan, value: item }, "include")
    return file && { file, as: undefined, params: [] }
  }
  const record = cursor.record(item, "include", ["file", "as", "params"], keySpan)
  const file = cursor.text(record.file, "include: file")
  if (record.file === undefined) cursor.complain(cursor.span(item, keySpan), "include: the file is missing")
  const as = cursor.text(record.as, "include: as")
  if (as !== undefined && !NAME.test(as.value)) cursor.complain(as.span, `include: as: ${NAME_RULE}`)
  if (record.params !== undefined && record.as === undefined) {
    cursor.complain(
      record.params.keySpan,
      "include: params are given to what is included under a name",
      "add   as: small   or write them in params:, which wins over those of the included file"
    )
  }
  const params = record.params && readMap(cursor, record.params.value, "include: params", record.params.keySpan)
  return file && { file, as, params: params?.entries ?? [] }
}
