import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { vi } from "vitest"
import * as durable from "../../../core/store/durable.ts"
import { FolderSyncs } from "../../../core/store/FolderSyncs.ts"
import { temporaryFolder } from "./sample-store.ts"

vi.mock("../../../core/store/durable.ts", { spy: true })

describe("FolderSyncs", () => {
  it.live("shares the next sync among all who ask while one is under way", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const syncs = new FolderSyncs()
      const before = vi.mocked(durable.syncFolder).mock.calls.length
      yield* Effect.promise(() => Promise.all(Array.from({ length: 100 }, () => syncs.sync(folder))))
      assert.strictEqual(vi.mocked(durable.syncFolder).mock.calls.length - before, 2)
    })
  )

  it.live("fails for those whose sync fails, and for nobody after them", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "later")
      const syncs = new FolderSyncs()
      const failed = yield* Effect.promise(() => Promise.allSettled([syncs.sync(folder), syncs.sync(folder)]))
      assert.deepStrictEqual(
        failed.map(({ status }) => status),
        ["rejected", "rejected"]
      )
      mkdirSync(folder)
      yield* Effect.promise(() => syncs.sync(folder))
    })
  )
})
