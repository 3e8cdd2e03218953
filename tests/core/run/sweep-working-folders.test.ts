import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Redaction } from "../../../core/run/Redaction.ts"
import { sweepWorkingFolders } from "../../../core/run/sweep-working-folders.ts"
import { WorkingFolder } from "../../../core/run/WorkingFolder.ts"
import { temporaryFolder } from "../store/sample-store.ts"

const NOW = Date.now()

const DAY = 24 * 60 * 60 * 1000

/** A folder that was left by the process of a number, days ago. */
const left = (parent: string, pid: number, days: number): string => {
  const folder = join(parent, `task.${pid}.${days}`)
  mkdirSync(join(folder, "work"), { recursive: true })
  utimesSync(folder, (NOW - days * DAY) / 1000, (NOW - days * DAY) / 1000)
  return folder
}

/** No process has it. */
const DEAD = 2 ** 30

describe("sweepWorkingFolders", () => {
  it.effect("removes after a week what a dead process has left, and nothing of one that lives", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryFolder
      const old = left(parent, DEAD, 8)
      const kept = [left(parent, DEAD, 6), left(parent, process.pid, 8)]
      sweepWorkingFolders(parent, NOW)
      assert.isFalse(existsSync(old))
      for (const folder of kept) assert.isTrue(existsSync(folder))
    })
  )

  it.effect("removes at once, and with its mark, what a dead process has left with secrets", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryFolder
      const folder = left(parent, process.pid, 0)
      writeFileSync(join(folder, "work", "token"), "secret")
      writeFileSync(`${folder}.secret`, "")
      sweepWorkingFolders(parent, NOW)
      assert.deepStrictEqual(readdirSync(parent), [])
    })
  )

  it.effect("leaves a folder with secrets to its process while that lives, and is let go of when it is over", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryFolder
      const [removed, kept] = [new WorkingFolder(parent, "a", true), new WorkingFolder(parent, "b", true)]
      for (const folder of [removed, kept]) {
        yield* folder.make()
        utimesSync(folder.root, 0, 0)
      }
      sweepWorkingFolders(parent, NOW)
      assert.lengthOf(readdirSync(parent), 4)
      yield* Effect.promise(() => removed.remove())
      writeFileSync(join(kept.root, "token"), "long enough")
      writeFileSync(join(kept.root, "other"), "harmless")
      kept.keep(new Redaction({ TOKEN: "long enough" }))
      sweepWorkingFolders(parent, NOW)
      assert.deepStrictEqual(readdirSync(parent), [kept.root.slice(parent.length + 1)])
      assert.deepStrictEqual(readdirSync(kept.root).sort(), ["other", "work"])
    })
  )

  it("does without a folder", () => sweepWorkingFolders("/nowhere/at/all", NOW))
})
