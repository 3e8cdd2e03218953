import { readdirSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { inspectIndex } from "../../../core/store/inspect-index.ts"
import { StoreRoot } from "../../../core/store/StoreRoot.ts"
import { inStore, record, temporaryFolder } from "./sample-store.ts"

/** A store with two records, and its id. */
const madeStore = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const id = yield* inStore(
    folder,
    Effect.gen(function* () {
      const { commit } = yield* ActionStore
      yield* commit(record("a", "a"))
      yield* commit(record("b", "b"))
      return (yield* StoreRoot).id
    })
  )
  const look = (store = id) =>
    inspectIndex(join(folder, "index.sqlite"), { segments: join(folder, "actions"), store }, true)
  return { folder, look }
})

describe("inspectIndex", () => {
  it.live("tells an index in step from one that is behind, of another store, damaged or absent", () =>
    Effect.gen(function* () {
      const { folder, look } = yield* madeStore
      assert.deepStrictEqual(look(), { _tag: "InStep", behind: 0 })
      writeFileSync(join(folder, "actions/other.log"), "12345")
      assert.deepStrictEqual(look(), { _tag: "InStep", behind: 5 })
      assert.deepStrictEqual(look("another"), { _tag: "Void", reason: "it is of another store" })
      const [segment = ""] = readdirSync(join(folder, "actions"))
      truncateSync(join(folder, "actions", segment), 10)
      assert.deepInclude(look(), { _tag: "Void", reason: `segment ${segment} is shorter than it was, or gone` })
      writeFileSync(join(folder, "index.sqlite"), "no database".repeat(100))
      assert.strictEqual(look()._tag, "Void")
      assert.strictEqual(inspectIndex(join(folder, "none"), { segments: folder, store: "" })._tag, "Absent")
    })
  )
})
