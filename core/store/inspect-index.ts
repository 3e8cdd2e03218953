/** Whether an index is the view of its segments; looks, and changes nothing. */
import { existsSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { messageOf } from "../document/message-of.ts"
import type { IndexSource } from "./IndexTables.ts"
import { INDEX_FORMAT } from "./index-schema.ts"
import { segmentLengths } from "./segment-lengths.ts"

export type IndexCondition =
  /** `behind` is how many bytes of the segments it has not taken in: whoever opens it next does. */
  | { readonly _tag: "InStep"; readonly behind: number }
  | { readonly _tag: "Absent" }
  /** It is made anew by whoever opens it next. */
  | { readonly _tag: "Void"; readonly reason: string }

/** Looks at the index in a file; `isWhole` reads all of its pages. Never throws. */
export const inspectIndex = (file: string, source: IndexSource, isWhole = false): IndexCondition => {
  if (!existsSync(file)) return { _tag: "Absent" }
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: 1000 })
    try {
      return conditionOf(db, source, isWhole)
    } finally {
      db.close()
    }
  } catch (cause) {
    return { _tag: "Void", reason: messageOf(cause) }
  }
}

const conditionOf = (db: DatabaseSync, { segments, store }: IndexSource, isWhole: boolean): IndexCondition => {
  const version = db.prepare("PRAGMA user_version").get()?.["user_version"]
  if (version !== INDEX_FORMAT) return { _tag: "Void", reason: `it is of version ${version}, not ${INDEX_FORMAT}` }
  if (db.prepare("SELECT id FROM store").get()?.["id"] !== store)
    return { _tag: "Void", reason: "it is of another store" }
  const damage = isWhole ? db.prepare("PRAGMA quick_check(1)").get()?.["quick_check"] : "ok"
  if (damage !== "ok") return { _tag: "Void", reason: String(damage) }
  const rows = db.prepare("SELECT name, length FROM segment").all()
  const known = new Map(rows.map(({ name, length }) => [String(name), Number(length)]))
  const sizes = new Map(Object.entries(segmentLengths(segments)))
  const lost = [...known].find(([name, length]) => (sizes.get(name) ?? -1) < length)
  if (lost !== undefined) return { _tag: "Void", reason: `segment ${lost[0]} is shorter than it was, or gone` }
  const behind = [...sizes].reduce((sum, [name, size]) => sum + size - (known.get(name) ?? 0), 0)
  return { _tag: "InStep", behind }
}
