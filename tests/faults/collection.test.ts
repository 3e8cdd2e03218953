import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Exit, Scope } from "effect"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import type { Step } from "../../core/fault/hooks.ts"
import {
  at,
  beginRun,
  collect,
  commit,
  DAY,
  isHit,
  openStore,
  pastRun,
  put
} from "../core/maintain/sample-collection.ts"
import { inStore } from "../core/store/sample-store.ts"
import { makeProject, TINY } from "../e2e/project.ts"
import { FAULTY, faultRow, prepared } from "./fault-row.ts"

vi.mock("../../core/fault/hooks.ts", () => import("./hooks.ts"))

/** A folder that is removed when the test ends. */
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "athanor-collection-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const NOW = 1000 * DAY

faultRow(
  {
    fault: "two runs on one cache; run + collector: the collector",
    expected: "what somebody at work may rely on is removed by nobody, and comes back when it is missed",
    protections: ["search-trash", "await-holders", "mark-again"]
  },
  () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const store = folder()
        const scope = yield* Scope.make()
        const run = yield* Scope.provide(openStore(store), scope)
        // The run has stored what its record does not name yet; nobody knows that it is needed.
        const [found, kept] = [yield* run(put("found")), yield* run(put("kept"))]
        yield* collect(store)
        yield* run(Effect.andThen(commit("found", found), commit("kept", kept)))
        // Another run finds one of the results…
        assert.isTrue(yield* inStore(store, isHit("found")))
        yield* Scope.close(scope, Exit.void)
        // …and nobody the other one, before the trash is emptied.
        yield* collect(store)
        assert.isTrue(yield* inStore(store, isHit("kept")))
      })
    )
)

faultRow(
  {
    fault: "clock goes back or jumps: no early collection",
    expected: "results of runs at work are never old, and runs from the future are not taken for the last ones",
    protections: ["keep-runs-at-work", "doubt-the-future"]
  },
  () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const store = folder()
          const scope = yield* Scope.make()
          const run = yield* Scope.provide(openStore(store), scope)
          yield* Scope.provide(run(Scope.provide(at(NOW, beginRun(NOW, ["long"])), scope)), scope)
          // While it goes on, the clock jumps ahead by a year.
          yield* at(NOW + 365 * DAY, collect(store, { olderThan: 30 * DAY }))
          assert.isTrue(yield* inStore(store, isHit("long")))
          yield* Scope.close(scope, Exit.void)
          // What runs until somebody sets it right is from the future; what comes then is the last that has run.
          yield* pastRun(store, NOW + 366 * DAY, ["ahead"])
          yield* pastRun(store, NOW + DAY, ["last"])
          yield* at(NOW + 2 * DAY, collect(store, { keepLast: 1 }))
          assert.isTrue(yield* inStore(store, isHit("last")))
          assert.isTrue(yield* inStore(store, isHit("ahead")))
        })
      )
    )
)

describe("a collector killed with -9", () => {
  // At each of the others too, and thousands of times: the chaos test.
  const STEPS: ReadonlyArray<Step> = ["gc.evicted", "gc.moved", "gc.deleted", "gc.removed"]

  it("half-way through any of its parts leaves a store that is whole, and every result that was to stay", () => {
    const study = makeProject({ ...TINY, "tiny.yaml": TINY["tiny.yaml"].replace("n: 4,", "n: 700,") })
    const countRan = (seeds: number): number => {
      const { stdout } = prepared(study.run("run", "tiny.yaml", "-S", `seeds=${seeds}`, "--json"))
      return JSON.parse(stdout).counts.ran
    }
    for (const step of STEPS) {
      countRan(3)
      countRan(1)
      const { signal } = spawnSync(process.execPath, [FAULTY, "cache", "gc", "--apply", "--keep-last", "1"], {
        cwd: study.folder,
        env: { ...process.env, FAULT_AT: `${step}=kill` }
      })
      assert.strictEqual(signal, "SIGKILL", step)
      assert.strictEqual(study.run("cache", "verify").status, 0, step)
      assert.strictEqual(countRan(1), 0, step)
    }
    prepared(study.run("cache", "gc", "--apply", "--keep-last", "1"))
    assert.isEmpty(readdirSync(join(study.folder, "artifacts-cache/trash")))
    assert.strictEqual(study.run("cache", "verify").status, 0)
    assert.strictEqual(countRan(1), 0)
  })
})
