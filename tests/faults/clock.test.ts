import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { assert, vi } from "vitest"
import { read } from "../../core/record/Journal.ts"
import { ActionStore } from "../../core/store/ActionStore.ts"
import { digest, inStore, record, temporaryFolder } from "../core/store/sample-store.ts"
import { TINY } from "../e2e/project.ts"
import { faultRow, prepared } from "./fault-row.ts"

vi.mock("../../core/fault/hooks.ts", () => import("./hooks.ts"))

const HOUR = 3_600_000

faultRow(
  {
    fault: "clock goes back or jumps: an hour back in the middle of a run",
    expected: "nothing took less than no time, in the journal, the records and the trace",
    protections: ["steady-clock"]
  },
  ({ project }) => {
    const study = project(TINY, { FAULT_AT: `attempt.begun=clock:-${HOUR}` })
    prepared(study.run("run", "tiny.yaml", "-S", "millis=5"))
    const runs = join(study.folder, "artifacts-cache/runs")
    const events = readdirSync(runs).flatMap((run) => read(readFileSync(join(runs, run, "journal.jsonl"))).entries)
    const times = events.flatMap(({ event }) => ("at" in event && event._tag !== "TaskLog" ? [event.at] : []))
    assert.isNotEmpty(times)
    const hours = times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) / HOUR))
    assert.deepStrictEqual(new Set(hours), new Set([0]))
    const shown = JSON.stringify(study.json("show", "latest", "--json"))
    assert.notMatch(shown, /illis":-/u)
  }
)

faultRow(
  {
    fault: "clock goes back or jumps: back between two runs",
    expected: "what a person ends has ended, and what is computed after it counts",
    protections: ["order-by-predecessor"]
  },
  () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const key = digest("key")
      const at = <A, E, R>(millis: number, effect: Effect.Effect<A, E, R>) =>
        Effect.andThen(TestClock.setTime(millis), effect)
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const { commit, find, forget } = yield* ActionStore
          yield* at(5 * HOUR, commit(record("key", "before")))
          yield* at(HOUR, forget(key))
          assert.strictEqual(find(key)?.task, undefined)
          yield* at(2 * HOUR, commit(record("key", "after")))
          assert.strictEqual(find(key)?.task, "after")
          yield* commit(record("key", "late"))
          assert.strictEqual(find(key)?.task, "after")
        })
      )
      // Whoever reads the segments anew comes to the same.
      const found = yield* inStore(
        folder,
        Effect.map(ActionStore, ({ find }) => find(key))
      )
      assert.strictEqual(found?.task, "after")
    }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.runPromise)
)
