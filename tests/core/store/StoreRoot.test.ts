import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { ObjectStore } from "../../../core/store/ObjectStore.ts"
import { STORE_FORMAT, StoreRoot } from "../../../core/store/StoreRoot.ts"
import { canProtect, whileReadOnly } from "./read-only.ts"
import { digest, inStore, record, temporaryFolder } from "./sample-store.ts"

const opened = (folder: string) => inStore(folder, StoreRoot)

describe("StoreRoot", () => {
  it.live("makes a store where there is none, with its format and its folders", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "deep", "store")
      const root = yield* opened(folder)
      assert.strictEqual(root.path, folder)
      const format = JSON.parse(readFileSync(join(folder, "format.json"), "utf8"))
      assert.deepStrictEqual(format, { store: STORE_FORMAT, id: root.id })
      assert.includeMembers(readdirSync(folder), ["objects", "actions", "runs", "locks", "code"])
    })
  )

  it.live("gives every store an id of its own, and one to those that were made without", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryFolder
      const [one, other] = [join(parent, "one"), join(parent, "other")]
      const { id } = yield* opened(one)
      assert.notStrictEqual((yield* opened(other)).id, id)
      assert.strictEqual((yield* opened(one)).id, id)
      writeFileSync(join(one, "format.json"), `{"store":${STORE_FORMAT},"note":"mine"}`)
      const given = yield* opened(one)
      const format = JSON.parse(readFileSync(join(one, "format.json"), "utf8"))
      assert.deepStrictEqual(format, { store: STORE_FORMAT, note: "mine", id: given.id })
    })
  )

  it.live("makes the folders that a copy came without", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { id } = yield* opened(folder)
      for (const name of readdirSync(folder)) {
        if (name !== "format.json") rmSync(join(folder, name), { recursive: true })
      }
      assert.strictEqual((yield* opened(folder)).id, id)
      assert.includeMembers(readdirSync(folder), ["objects", "actions", "runs", "locks", "code"])
    })
  )

  it.live("makes nothing for a reader where there is no store, and takes what it makes away with it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const path = join(folder, "store")
      const { scratch, code } = yield* inStore(
        path,
        Effect.gen(function* () {
          const root = yield* StoreRoot
          const objects = yield* ObjectStore
          const [stored] = yield* objects.put([Buffer.from("a bundle")])
          assert(stored !== undefined && objects.isPresent(stored))
          assert.strictEqual(readFileSync(objects.pathOf(stored.digest), "utf8"), "a bundle")
          writeFileSync(join(root.code, "memo.json"), "{}")
          return root
        }),
        { access: "read" }
      )
      assert.deepStrictEqual(readdirSync(folder), [])
      assert(scratch !== undefined && !existsSync(scratch) && code.startsWith(scratch))
    })
  )

  it.live.skipIf(!canProtect)(
    "lets a reader use a store that it may not write, with its objects, records and memos",
    () =>
      Effect.gen(function* () {
        const folder = join(yield* temporaryFolder, "store")
        const made = yield* inStore(
          folder,
          Effect.gen(function* () {
            const root = yield* StoreRoot
            writeFileSync(join(root.code, "memo.json"), "{}")
            yield* Effect.flatMap(ActionStore, (actions) => actions.commit(record("k", "circle")))
            const [stored] = yield* Effect.flatMap(ObjectStore, (objects) => objects.put([Buffer.from("kept")]))
            return stored
          })
        )
        rmSync(join(folder, "locks"), { recursive: true })
        const before = readdirSync(folder)
        const found = inStore(
          folder,
          Effect.gen(function* () {
            const root = yield* StoreRoot
            const objects = yield* ObjectStore
            const actions = yield* ActionStore
            assert(made !== undefined)
            yield* objects.put([Buffer.from("new")])
            return [
              actions.find(digest("k"))?.task,
              Buffer.from(yield* objects.read(made.digest)).toString(),
              readdirSync(root.code)
            ]
          }),
          { access: "read" }
        )
        assert.deepStrictEqual(yield* whileReadOnly(folder, found), ["circle", "kept", ["memo.json"]])
        assert.deepStrictEqual(readdirSync(folder), before)
        const error = yield* whileReadOnly(folder, Effect.flip(opened(folder)))
        assert.match(error.message, /^cannot write to \S+: (?:permission denied|the file system is read-only)$/u)
      })
  )

  it.live("opens a store that is there and leaves its format alone", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* opened(folder)
      const text = `{ "store": ${STORE_FORMAT}, "id": "this one", "note": "mine" }`
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

  it.live("says how to mend a format that it cannot read, and so it is mended", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const text of ["", "{", "{}", '{"store":"one"}', "null"]) {
        writeFileSync(join(folder, "format.json"), text)
        const error = yield* Effect.flip(opened(folder))
        assert.strictEqual(error._tag, "StoreUnavailable")
        assert.match(
          error.message,
          /^cannot open \S+: its format\.json is empty or damaged; .* delete that file/u,
          text
        )
        assert.deepStrictEqual(readdirSync(folder), ["format.json"])
      }
      rmSync(join(folder, "format.json"))
      assert.strictEqual((yield* opened(folder)).path, folder)
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
