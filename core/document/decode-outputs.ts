/** What a run gives to people: files copied out, and figures of the report. */

import type { Cursor, Field } from "./Cursor.ts"
import { type KnownNames, readReference } from "./check-reference.ts"
import type { OutputDocument, Reference } from "./PipelineDocument.ts"
import { leavesFolder, normalPath } from "./relative-path.ts"

/** Longest path of a destination; file systems end near 4096, the reports folder included. */
const LONGEST = 1024

/** What the report itself writes into the folder. */
const RESERVED = new Set(["report.html", ".report.json", "parts"])

/** Decodes `outputs:`: destinations stay in their folder and do not run into each other. */
export const decodeOutputs = (
  cursor: Cursor,
  field: Field | undefined,
  known: KnownNames
): ReadonlyArray<OutputDocument> => {
  if (field === undefined) return []
  const taken = new Map<string, string>()
  const folders = new Map<string, string>()
  return cursor.fields(field.value, "outputs", field.keySpan).flatMap(({ key, keySpan, value }) => {
    const path = normalPath(key)
    if (leavesFolder(key) || path === "" || path.length > LONGEST) {
      cursor.complain(keySpan, `outputs: "${key}" must be a file in the reports folder`, "as in figures/kernel.svg")
      return []
    }
    const file = path.toLowerCase()
    const within = foldersOf(file)
    if (RESERVED.has(file) || within.some((folder) => folder !== "parts" && RESERVED.has(folder))) {
      cursor.complain(keySpan, `outputs: "${key}" is a name that the report needs for itself: choose another`)
      return []
    }
    const other = taken.get(file)
    const outer = folders.get(file) ?? within.map((folder) => taken.get(folder)).find((found) => found !== undefined)
    if (other !== undefined) cursor.complain(keySpan, `outputs: "${key}" and "${other}" are one file`)
    else if (outer !== undefined)
      cursor.complain(keySpan, `outputs: "${key}" and "${outer}": a file cannot hold another`)
    taken.set(file, key)
    for (const folder of within) folders.set(folder, key)
    const reference = readReference(cursor, value, keySpan, known, `outputs: ${key}`)
    return reference === undefined ? [] : [{ destination: { value: key, span: keySpan }, reference }]
  })
}

/** `a` and `a/b` of `a/b/c`. */
const foldersOf = (path: string): ReadonlyArray<string> =>
  Array.from(path.matchAll(/\//gu), ({ index }) => path.slice(0, index))

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
