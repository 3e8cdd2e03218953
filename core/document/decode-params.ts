/** The parameters of a pipeline, and the profiles that change them. */

import type { Cursor, Field } from "./Cursor.ts"
import { checkNames } from "./check-names.ts"
import type { ProfileDocument } from "./PipelineDocument.ts"
import { readMap } from "./read-template.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import type { Span } from "./Span.ts"
import type { TemplateEntry, TemplateMap } from "./Template.ts"

/** Decodes `params:`; none when it is absent. */
export const decodeParams = (cursor: Cursor, field: Field | undefined, start: Span): TemplateMap => {
  if (field === undefined) return { _tag: "Map", entries: [], span: start }
  const params = readMap(cursor, field.value, "params", field.keySpan)
  for (const { key, keySpan } of params.entries) {
    if (!NAME.test(key)) cursor.complain(keySpan, `parameter "${key}": ${NAME_RULE}`)
  }
  const known = positions(params)
  for (const entry of params.entries) checkParameter(cursor, "params", entry, known)
  return params
}

/** Where each parameter stands among the others. */
export const positions = (params: TemplateMap): ReadonlyMap<string, number> =>
  new Map(params.entries.map(({ key }, index) => [key, index]))

/** Complains of names in a parameter's value that are not resolved before it. */
export const checkParameter = (
  cursor: Cursor,
  title: string,
  { key, value }: TemplateEntry,
  params: ReadonlyMap<string, number>
): void => checkNames(cursor, `${title}: ${key}`, value, { params, before: params.get(key) ?? 0, env: true })

/** Decodes `profiles:`. */
export const decodeProfiles = (
  cursor: Cursor,
  field: Field | undefined,
  params: TemplateMap,
  known: ReadonlyMap<string, number> | undefined
): ReadonlyArray<ProfileDocument> => {
  if (field === undefined) return []
  const names = positions(params)
  return cursor.fields(field.value, "profiles", field.keySpan).map(({ key, keySpan, value }) => {
    const title = `profile "${key}"`
    if (!NAME.test(key)) cursor.complain(keySpan, `${title}: ${NAME_RULE}`)
    if (key === "default") cursor.complain(keySpan, `${title} is what params: holds; it cannot be written again`)
    const changed = readMap(cursor, value, title, keySpan)
    for (const entry of changed.entries) {
      if (known === undefined || known.has(entry.key)) checkParameter(cursor, title, entry, names)
      else cursor.unknown(entry.keySpan, `${title}: unknown parameter`, entry.key, "params", names.keys())
    }
    return { name: key, nameSpan: keySpan, params: changed }
  })
}
