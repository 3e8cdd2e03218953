/** What a run gives to people: files copied out. */

import { type KnownNames, readReference } from "./check-reference.ts"
import type { Fragment } from "./Fragment.ts"
import type { OutputDocument } from "./PipelineDocument.ts"
import { foldedPath, leavesFolder, normalPath, pathFault } from "./relative-path.ts"
import { REPORT_FILES } from "./report-files.ts"

/** Longest path of a destination; file systems end near 4096, the reports folder included. */
const LONGEST = 1024

const RESERVED: ReadonlySet<string> = new Set(Object.values(REPORT_FILES))

/** Those that are folders, in which there may be outputs too. */
const SHARED: ReadonlySet<string> = new Set([REPORT_FILES.parts, REPORT_FILES.comparisons])

/** Destinations of all files together. */
export class Destinations {
  /** What was written for each file and each folder that is taken, by their folded paths. */
  readonly files = new Map<string, string>()
  readonly folders = new Map<string, string>()
}

/** Decodes `outputs:`: destinations stay in their folder and do not run into each other. */
export const decodeOutputs = (
  { cursor, top: { outputs }, namespace: { prefix } }: Fragment,
  known: KnownNames,
  { files: taken, folders }: Destinations
): ReadonlyArray<OutputDocument> => {
  if (outputs === undefined) return []
  return cursor.fields(outputs.value, "outputs", outputs.keySpan).flatMap(({ key: written, keySpan, value }) => {
    // What is included as `small` writes below `small/`.
    const key = prefix === "" || leavesFolder(written) ? written : `${prefix.slice(0, -1)}/${written}`
    const path = normalPath(key)
    if (leavesFolder(key) || path === "" || path.length > LONGEST) {
      cursor.complain(keySpan, `outputs: "${key}" must be a file in the reports folder`, "as in figures/kernel.svg")
      return []
    }
    const fault = pathFault(key)
    if (fault !== undefined) {
      cursor.complain(keySpan, `outputs: "${key}" cannot be used: ${fault}`)
      return []
    }
    const file = foldedPath(path)
    const within = foldersOf(file)
    if (RESERVED.has(file) || within.some((folder) => !SHARED.has(folder) && RESERVED.has(folder))) {
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
