import { appendFileSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import { IndexTables, type PlacedEntry } from "../../../core/store/IndexTables.ts"
import { digest, record, temporaryFolder } from "./sample-store.ts"

const NAME = "mine.log"

/** Records of some keys as they stand one after the other in a segment. */
const linesOf = (keys: ReadonlyArray<string>) => {
  let start = 0
  return keys.map((key, at) => {
    const entry = { record: record(key, `task of ${key}`), at }
    const text = `${encodeLine(entry)}\n`
    const placed: PlacedEntry = { entry, segment: NAME, start, end: start + Buffer.byteLength(text) - 1 }
    start += Buffer.byteLength(text)
    return { text, placed }
  })
}

/** Tables over a segment that holds the first of some records. */
const overFirst = Effect.fnUntraced(function* (keys: ReadonlyArray<string>) {
  const folder = yield* temporaryFolder
  const segments = join(folder, "actions")
  mkdirSync(segments)
  const lines = linesOf(keys)
  const file = join(segments, NAME)
  writeFileSync(file, lines[0]?.text ?? "")
  const tables = yield* Effect.acquireRelease(
    Effect.sync(() => new IndexTables(join(folder, "index.sqlite"), { segments, store: "one" })),
    (opened) => Effect.sync(() => opened.close())
  )
  for (const { text } of lines.slice(1)) appendFileSync(file, text)
  return { tables, placed: lines.map(({ placed }) => placed) }
})

const found = (tables: IndexTables, keys: ReadonlyArray<string>) =>
  keys.map((key) => tables.find(digest(key))?.task?.replace("task of ", ""))

describe("IndexTables", () => {
  it.effect("takes in entries without reading them, and reads none of them again", () =>
    Effect.gen(function* () {
      const keys = ["a", "b", "ü"]
      const { tables, placed } = yield* overFirst(keys)
      tables.take(placed.slice(1))
      assert.deepStrictEqual(found(tables, keys), keys)
      tables.refresh()
      assert.deepStrictEqual(found(tables, keys), keys)
      assert.strictEqual(tables.recordsOf(digest("b")).length, 1)
    })
  )

  it.effect("reads what stands before entries that it is told of and does not know", () =>
    Effect.gen(function* () {
      const keys = ["a", "b", "c"]
      const { tables, placed } = yield* overFirst(keys)
      tables.take(placed.slice(2))
      assert.deepStrictEqual(found(tables, keys), keys)
    })
  )
})
