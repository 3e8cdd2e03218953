import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { create, FILES, nameOf, writeFile } from "../../../core/record/RunFolder.ts"
import { temporaryFolder } from "./sample-run.ts"

const INSTANT = Date.UTC(2026, 10, 24, 10, 30, 12, 345)

describe("RunFolder.create", () => {
  it.live("makes a folder whose name is the time in UTC and two words that can be said aloud", () =>
    Effect.gen(function* () {
      const runs = join(yield* temporaryFolder, "runs")
      const folder = yield* create(runs, INSTANT)
      assert.match(folder.id, /^2026-11-24T10-30-12\.345-[a-z]+-[a-z]+$/u)
      assert.strictEqual(folder.path, join(runs, folder.id))
      assert(existsSync(folder.path))
    })
  )

  it.live("gives each of many runs that start at one instant an id of its own", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      const folders = yield* Effect.forEach(Array.from({ length: 300 }), () => create(runs, INSTANT), {
        concurrency: "unbounded"
      })
      assert.strictEqual(new Set(folders.map(({ id }) => id)).size, 300)
      assert.strictEqual(readdirSync(runs).length, 300)
    })
  )

  it.live("gives ids that sort by time", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      const ids: Array<string> = []
      for (const later of [0, 0.001, 0.01, 1, 60, 3600, 86_400, 31 * 86_400, 366 * 86_400]) {
        ids.push((yield* create(runs, INSTANT + 1000 * later)).id)
      }
      assert.deepStrictEqual(ids.toSorted(), ids)
    })
  )

  it("tells the name from the id, with milliseconds and without", () => {
    assert.strictEqual(nameOf("2026-11-24T10-30-12.345-brave-euler"), "brave-euler")
    assert.strictEqual(nameOf("2026-11-24T10-30-12-brave-euler"), "brave-euler")
    assert.strictEqual(nameOf("mine"), "mine")
  })

  it.live("says where it could not make one", () =>
    Effect.gen(function* () {
      const runs = join(yield* temporaryFolder, "file")
      writeFileSync(runs, "")
      const error = yield* Effect.flip(create(runs, INSTANT))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert(error.message.startsWith(`cannot create ${runs}`))
    })
  )
})

describe("RunFolder.writeFile", () => {
  it.live("writes a file of the run and nothing beside it", () =>
    Effect.gen(function* () {
      const folder = yield* create(yield* temporaryFolder, INSTANT)
      yield* writeFile(folder, FILES.plan, "{}")
      yield* writeFile(folder, FILES.plan, '{"format":1}')
      assert.strictEqual(readFileSync(join(folder.path, "plan.json"), "utf8"), '{"format":1}')
      assert.deepStrictEqual(readdirSync(folder.path), ["plan.json"])
    })
  )
})
