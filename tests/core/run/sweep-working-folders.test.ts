import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Redaction } from "../../../core/run/Redaction.ts"
import { sweepWorkingFolders } from "../../../core/run/sweep-working-folders.ts"
import { WorkingFolder } from "../../../core/run/WorkingFolder.ts"
import { Lease } from "../../../core/store/Lease.ts"
import { temporaryFolder } from "../store/sample-store.ts"

const NOW = Date.now()

const DAY = 24 * 60 * 60 * 1000

/** The folders of a store in a temporary one, and a lease of this process. */
const store = Effect.gen(function* () {
  const path = yield* temporaryFolder
  const places = { work: join(path, "work"), locks: path }
  const lease = yield* Effect.acquireRelease(
    Effect.sync(() => Lease.take(path)),
    (taken) => Effect.sync(() => taken.end())
  )
  mkdirSync(places.work)
  return { ...places, lease }
})

/** A folder that was left by the holder of a lease, days ago. */
const left = (parent: string, holder: string, days: number): string => {
  const folder = join(parent, `task.${holder}.${days}`)
  mkdirSync(join(folder, "work"), { recursive: true })
  utimesSync(folder, (NOW - days * DAY) / 1000, (NOW - days * DAY) / 1000)
  return folder
}

/** No process has it. */
const DEAD = crypto.randomUUID()

describe("sweepWorkingFolders", () => {
  it.effect("removes after a week what a dead process has left, and nothing of one that lives", () =>
    Effect.gen(function* () {
      const root = yield* store
      // One of another container may have had the number of this process.
      const old = [left(root.work, DEAD, 8), left(root.work, `${process.pid}`, 8)]
      const own = new WorkingFolder(root, "task.1", false)
      yield* own.make()
      utimesSync(own.root, 0, 0)
      const kept = [left(root.work, DEAD, 6), own.root]
      sweepWorkingFolders(root, NOW)
      for (const folder of old) assert.isFalse(existsSync(folder))
      for (const folder of kept) assert.isTrue(existsSync(folder))
    })
  )

  it.effect("removes at once, and with its mark, what a dead process has left with secrets", () =>
    Effect.gen(function* () {
      const root = yield* store
      const folder = left(root.work, root.lease.id, 0)
      writeFileSync(join(folder, "work", "token"), "secret")
      writeFileSync(`${folder}.secret`, "")
      sweepWorkingFolders(root, NOW)
      assert.deepStrictEqual(readdirSync(root.work), [])
    })
  )

  it.effect("leaves a folder with secrets to its process while that lives, and is let go of when it is over", () =>
    Effect.gen(function* () {
      const root = yield* store
      const [removed, kept] = [new WorkingFolder(root, "a", true), new WorkingFolder(root, "b", true)]
      for (const folder of [removed, kept]) {
        yield* folder.make()
        utimesSync(folder.root, 0, 0)
      }
      sweepWorkingFolders(root, NOW)
      assert.lengthOf(readdirSync(root.work), 4)
      yield* Effect.promise(() => removed.remove())
      writeFileSync(join(kept.root, "token"), "long enough")
      writeFileSync(join(kept.root, "other"), "harmless")
      kept.keep(new Redaction({ TOKEN: "long enough" }))
      sweepWorkingFolders(root, NOW)
      assert.deepStrictEqual(readdirSync(root.work), [basename(kept.root)])
      assert.deepStrictEqual(readdirSync(kept.root).sort(), ["other", "work"])
    })
  )

  it("does without a folder", () => sweepWorkingFolders({ work: "/nowhere/at/all", locks: "/nowhere" }, NOW))
})
