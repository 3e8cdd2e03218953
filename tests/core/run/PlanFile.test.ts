import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { vi } from "vitest"
import { FILES } from "../../../core/record/RunFolder.ts"
import { openPlanFile } from "../../../core/run/PlanFile.ts"
import { temporaryFolder } from "../store/sample-store.ts"
import { sketched } from "./sketched-plan.ts"

/** A plan of so many tasks. */
const planOf = (tasks: number) => sketched(Array.from({ length: tasks }, (_, index) => ({ id: `t${index}` })))

describe("the file of a plan", () => {
  it.effect("is written at once, then once a second, and when it is flushed", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFolder
      const tasks = (): number => JSON.parse(readFileSync(join(path, FILES.plan), "utf8")).tasks.length
      yield* TestClock.adjust(5000)
      const file = yield* openPlanFile({ id: "run", path }, planOf(1))
      assert.strictEqual(tasks(), 1)
      const written = statSync(join(path, FILES.plan)).ino
      yield* file.grow(planOf(2))
      yield* file.grow(planOf(3))
      assert.deepStrictEqual([tasks(), statSync(join(path, FILES.plan)).ino], [1, written])
      yield* TestClock.adjust(1000)
      // The disk has a clock of its own.
      yield* Effect.promise(() => vi.waitFor(() => assert.strictEqual(tasks(), 3)))
      yield* file.grow(planOf(4))
      assert.strictEqual(tasks(), 3)
      yield* file.flush
      assert.strictEqual(tasks(), 4)
      yield* TestClock.adjust(2000)
      yield* file.grow(planOf(5))
      assert.strictEqual(tasks(), 5)
    })
  )
})
