import { mkdirSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { findAbandoned, findTemporaries } from "../../../core/maintain/find-temporaries.ts"
import { temporaryName } from "../../../core/store/temporary-name.ts"
import { temporaryFolder } from "../store/sample-store.ts"

const HOUR = 60 * 60 * 1000

/** What is written in a store. */
const TARGETS = [
  "catalogue.json",
  "actions/a.log",
  "code/memo.json",
  "memos/plan-a.json",
  "objects/ab/cdef",
  "runs/a/plan.json",
  "checkpoints/key/checkpoint"
]

/** Begins to write each of them, a while ago. */
const beginAll = (path: string, millis: number): ReadonlyArray<string> =>
  TARGETS.map((target) => {
    const file = temporaryName(join(path, target))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, "half")
    utimesSync(file, (Date.now() - millis) / 1000, (Date.now() - millis) / 1000)
    return relative(path, file)
  })

describe("temporary files of a store", () => {
  it.effect("are found wherever something is written, and abandoned when nobody has touched them for an hour", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFolder
      assert.isEmpty(findTemporaries({ path: join(path, "nowhere") }))
      const old = beginAll(path, HOUR + 1000)
      const young = beginAll(path, HOUR / 2)
      // What a command keeps in its folder is its own.
      writeFileSync(join(path, "checkpoints/key/.state.tmp"), "whole")
      assert.sameMembers([...findTemporaries({ path })], [...old, ...young])
      assert.sameMembers([...findAbandoned({ path }, Date.now())], [...old])
    })
  )
})
