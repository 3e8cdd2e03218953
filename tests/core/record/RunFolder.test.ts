import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { claim, nameOf } from "../../../core/record/RunFolder.ts"
import { temporaryFolder } from "./sample-run.ts"

const INSTANT = Date.UTC(2026, 10, 24, 10, 30, 12, 345)

describe("RunFolder.claim", () => {
  it.live("makes a folder whose name is the time in UTC and two words that can be said aloud", () =>
    Effect.gen(function* () {
      const runs = join(yield* temporaryFolder, "runs")
      const folder = claim(runs, INSTANT)
      assert.match(folder.id, /^2026-11-24T10-30-12\.345-[a-z]+-[a-z]+$/u)
      assert.strictEqual(folder.path, join(runs, folder.id))
      assert(existsSync(folder.path))
    })
  )

  it.live("gives each of many runs that start at one instant an id of its own", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      const folders = Array.from({ length: 300 }, () => claim(runs, INSTANT))
      assert.strictEqual(new Set(folders.map(({ id }) => id)).size, 300)
      assert.strictEqual(readdirSync(runs).length, 300)
    })
  )

  it.live("gives ids that sort by time", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      const ids: Array<string> = []
      for (const later of [0, 0.001, 0.01, 1, 60, 3600, 86_400, 31 * 86_400, 366 * 86_400]) {
        ids.push(claim(runs, INSTANT + 1000 * later).id)
      }
      assert.deepStrictEqual(ids.toSorted(), ids)
    })
  )

  it("tells the name from the id, with milliseconds and without", () => {
    assert.strictEqual(nameOf("2026-11-24T10-30-12.345-brave-euler"), "brave-euler")
    assert.strictEqual(nameOf("2026-11-24T10-30-12-brave-euler"), "brave-euler")
    assert.strictEqual(nameOf("mine"), "mine")
  })
})
