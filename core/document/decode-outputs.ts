/** What a run gives to people: files copied out, and figures of the report. */

import type { Cursor, Field } from "./Cursor.ts"
import { type KnownNames, readReference } from "./check-reference.ts"
import type { OutputDocument, Reference } from "./PipelineDocument.ts"
import { leavesFolder, normalPath } from "./relative-path.ts"

/** Decodes `outputs:`: destinations stay in their folder and do not run into each other. */
export const decodeOutputs = (
  cursor: Cursor,
  field: Field | undefined,
  known: KnownNames
): ReadonlyArray<OutputDocument> => {
  if (field === undefined) return []
  const taken = new Map<string, string>()
  return cursor.fields(field.value, "outputs", field.keySpan).flatMap(({ key, keySpan, value }) => {
    const path = normalPath(key)
    if (leavesFolder(key) || path === "") {
      cursor.complain(keySpan, `outputs: "${key}" must be a file in the reports folder`, "as in figures/kernel.svg")
    }
    const other = taken.get(path.toLowerCase())
    if (other !== undefined) cursor.complain(keySpan, `outputs: "${key}" and "${other}" are one file`)
    taken.set(path.toLowerCase(), key)
    const reference = readReference(cursor, value, keySpan, known, `outputs: ${key}`)
    return reference === undefined ? [] : [{ destination: { value: key, span: keySpan }, reference }]
  })
}

/** Decodes `report:`, of which there are only figures. */
export const decodeFigures = (
  cursor: Cursor,
  field: Field | undefined,
  known: KnownNames
): ReadonlyArray<Reference> => {
  if (field === undefined) return []
  const { figures } = cursor.record(field.value, "report", ["figures"], [], field.keySpan)
  if (figures === undefined) return []
  return cursor
    .items(figures, "report: figures")
    .flatMap((item) => readReference(cursor, item, figures.keySpan, known, "report: figures") ?? [])
}
