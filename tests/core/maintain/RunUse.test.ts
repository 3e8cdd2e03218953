import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { FILES, type RunFolder } from "../../../core/record/RunFolder.ts"
import { inStore, temporaryFolder } from "../store/sample-store.ts"
import { at, collect, DAY, isHit, pastRun, pastRunThatFound } from "./sample-collection.ts"

const NOW = 1000 * DAY
const LATER = NOW + 100 * DAY

/** Damages each line of a run's journal that tells of this. */
const damage = ({ path }: RunFolder, tag: string): void => {
  const file = join(path, FILES.journal)
  const lines = readFileSync(file, "utf8").split("\n")
  writeFileSync(file, lines.map((line) => (line.includes(tag) ? line.replace('"at":', '"At":') : line)).join("\n"))
}

/** Which of two results are there after a collection. */
const left = (store: string) => inStore(store, Effect.all([isHit("a"), isHit("b")]))

describe("a run whose journal has lost lines", () => {
  it.live("keeps all that it may have had, by its plan where that can be read", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["b"])
      yield* pastRun(store, NOW, ["a"])
      const folder = yield* pastRunThatFound(store, NOW + DAY, ["a"])
      damage(folder, "TaskHit")
      const plan = (stageType: string) =>
        writeFileSync(join(folder.path, FILES.plan), JSON.stringify({ kinds: [{ stageType }], stages: [{ kind: 0 }] }))
      plan("data/circle")
      yield* at(LATER, collect(store, { olderThan: DAY }, { runs: new Set([folder.id]) }))
      assert.deepStrictEqual(yield* left(store), [true, true])
      writeFileSync(join(folder.path, FILES.plan), "{")
      yield* at(LATER, collect(store, { olderThan: DAY }, { runs: new Set([folder.id]) }))
      assert.deepStrictEqual(yield* left(store), [true, true])
      plan("data/other")
      yield* at(LATER, collect(store, { olderThan: DAY }, { runs: new Set([folder.id]) }))
      assert.deepStrictEqual(yield* left(store), [false, false])
    })
  )

  it.live("is not taken for none of the last ones when its beginning is lost", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["a"])
      const last = yield* pastRun(store, NOW + DAY, ["b"])
      damage(last, "RunStarted")
      yield* at(LATER, collect(store, { keepLast: 1, runs: true }))
      assert.isTrue(existsSync(last.path))
      assert.deepStrictEqual(yield* left(store), [true, true])
    })
  )
})

describe("a folder among the runs that is none", () => {
  it.live("stays, whatever is asked for", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["a"])
      const foreign = join(store, "runs/notes")
      mkdirSync(foreign)
      yield* at(LATER, collect(store, { keepLast: 1, runs: true }))
      yield* at(LATER, collect(store, { olderThan: DAY, runs: true }))
      assert.isTrue(existsSync(foreign))
    })
  )
})
