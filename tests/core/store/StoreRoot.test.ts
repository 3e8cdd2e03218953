import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { STORE_FORMAT, StoreRoot } from "../../../core/store/StoreRoot.ts"
import { inStore, temporaryFolder } from "./sample-store.ts"

const opened = (folder: string) => inStore(folder, StoreRoot)

describe("StoreRoot", () => {
  it.live("makes a store where there is none, with its format and its folders", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "deep", "store")
      const root = yield* opened(folder)
      assert.strictEqual(root.path, folder)
      assert.deepStrictEqual(JSON.parse(readFileSync(join(folder, "format.json"), "utf8")), { store: STORE_FORMAT })
      assert.includeMembers(readdirSync(folder), ["objects", "actions", "runs", "locks", "code"])
    })
  )

  it.live("opens a store that is there and leaves its format alone", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* opened(folder)
      const text = `{ "store": ${STORE_FORMAT}, "note": "mine" }`
      writeFileSync(join(folder, "format.json"), text)
      yield* opened(folder)
      assert.strictEqual(readFileSync(join(folder, "format.json"), "utf8"), text)
    })
  )

  it.live("refuses a store of a newer format in one sentence, and touches nothing in it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "format.json"), `{"store":${STORE_FORMAT + 1}}`)
      const error = yield* Effect.flip(opened(folder))
      assert.strictEqual(error._tag, "StoreTooNew")
      assert.strictEqual(
        error.message,
        `${folder} has store format ${STORE_FORMAT + 1}; this version reads up to ${STORE_FORMAT}: update athanor`
      )
      assert.deepStrictEqual(readdirSync(folder), ["format.json"])
    })
  )

  it.live("refuses a format that it cannot read", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const text of ["", "{", "{}", '{"store":"one"}', "null"]) {
        writeFileSync(join(folder, "format.json"), text)
        assert.include(["StoreUnavailable", "StoreTooNew"], (yield* Effect.flip(opened(folder)))._tag, text)
        assert.deepStrictEqual(readdirSync(folder), ["format.json"])
      }
    })
  )

  it.live("says what it could not do where no store can be", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "file"), "")
      const error = yield* Effect.flip(opened(join(folder, "file", "store")))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert.include(error.message, join(folder, "file", "store"))
      mkdirSync(join(folder, "format.json"))
      assert.strictEqual((yield* Effect.flip(opened(folder)))._tag, "StoreUnavailable")
    })
  )
})
