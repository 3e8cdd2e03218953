import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { storedPlan } from "../../../core/plan/plan-json.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { LatestRuns } from "../../../core/record/LatestRuns.ts"
import { FILES } from "../../../core/record/RunFolder.ts"
import { taskHit } from "../../../core/record/task-hit.ts"
import type { ActionRecord } from "../../../core/store/ActionRecord.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import { sketched } from "../run/sketched-plan.ts"
import { digest, record } from "../store/sample-store.ts"
import { EVENTS, temporaryFolder } from "./sample-run.ts"

/** Writes the journal of a run that found these records under the names of tasks. */
const write = (
  runs: string,
  id: string,
  { pipeline = "study", found = {} }: { pipeline?: string; found?: { readonly [task: string]: ActionRecord } } = {}
): void => {
  mkdirSync(join(runs, id))
  const events: ReadonlyArray<JournalEvent> = [
    { ...EVENTS.runStarted, runId: id, pipeline },
    ...Object.entries(found).map(([task, one]) => taskHit(task, one, 1))
  ]
  const lines = events.map((event, sequence) => `${encodeLine({ sequence, event })}\n`)
  writeFileSync(join(runs, id, FILES.journal), lines.join(""))
}

const idsOf = (runs: LatestRuns): ReadonlyArray<string> => [...runs].map(({ folder }) => folder.id)

const older = record("older", "a", { runId: "1" })
const newer = record("newer", "b", { runId: "2" })

const actions = {
  recordsOf: (key: string) => [older, newer].filter((one) => one.key === key),
  findArtifacts: () => [],
  ofTask: (_: string, task: string) => [newer, older].filter((one) => one.task === task)
}

const had = (runs: LatestRuns, task: string): ReadonlyArray<string> =>
  [...runs.resultsOf({ stageType: "data/circle", task }, actions, 9)].map(
    (one) => `${one.task} of ${one.runId}: ${one.record.task}`
  )

describe("LatestRuns", () => {
  it.live("are those of one pipeline, the latest first, and none from a run on", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      for (const id of ["1", "2", "4"]) write(runs, id)
      write(runs, "3", { pipeline: "other" })
      assert.deepStrictEqual(idsOf(new LatestRuns(runs, "study")), ["4", "2", "1"])
      assert.deepStrictEqual(idsOf(new LatestRuns(runs, "study", "4")), ["2", "1"])
      assert.deepStrictEqual(idsOf(new LatestRuns(runs, "nobody's")), [])
      assert.deepStrictEqual(idsOf(new LatestRuns(join(runs, "nowhere"), "study")), [])
    })
  )

  it.live("are a few, each read when it is asked for, and once", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      for (let id = 1; id <= 9; id++) write(runs, String(id))
      const latest = new LatestRuns(runs, "study")
      const [last] = latest
      assert.strictEqual(last?.folder.id, "9")
      // What was read stays as it was; what was not is as it is now.
      for (const id of ["9", "8"]) writeFileSync(join(runs, id, FILES.journal), "")
      assert.deepStrictEqual(idsOf(latest), ["9", "7", "6", "5", "4"])
      writeFileSync(join(runs, "7", FILES.journal), "")
      assert.deepStrictEqual(idsOf(latest), ["9", "7", "6", "5", "4"])
    })
  )

  it.live("go past what cannot be read", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      for (const id of ["1", "3"]) write(runs, id)
      mkdirSync(join(runs, "2", FILES.journal), { recursive: true })
      mkdirSync(join(runs, "4"))
      assert.throws(() => readFileSync(join(runs, "2", FILES.journal)))
      assert.deepStrictEqual(idsOf(new LatestRuns(runs, "study")), ["3", "1"])
    })
  )

  it.live("tell which results a task had, whoever computed them, before those under its name", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      write(runs, "1", { found: { a: older, c: older } })
      write(runs, "2", { found: { a: newer } })
      write(runs, "3", { found: { a: older } })
      const latest = new LatestRuns(runs, "study")
      assert.deepStrictEqual(had(latest, "a"), ["a of 3: a", "a of 2: b", "a of 1: a", "a of 1: a"])
      assert.deepStrictEqual(had(latest, "c"), ["c of 1: a"])
      assert.deepStrictEqual(had(latest, "b"), ["b of 2: b"])
      assert.deepStrictEqual(had(latest, "d"), [])
    })
  )

  it.live("tell of a command that another pipeline ran under the name of a task nothing", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      write(runs, "1", { pipeline: "other" })
      write(runs, "2")
      const parts = { ...record("", "").parts, stageType: "command" }
      const [others, own, lost] = ["1", "2", "3"].map((runId) => record(runId, "a", { parts, runId }))
      const latest = new LatestRuns(runs, "study")
      assert.deepStrictEqual(
        [others, own, lost].map((one) => one && latest.mayTell(one)),
        [false, true, false]
      )
      assert.isTrue(latest.mayTell(older), "a stage type is the same wherever it is used")
      const ofTask = () => [others, own].flatMap((one) => one ?? [])
      const results = [...latest.resultsOf({ stageType: "command", task: "a" }, { ...actions, ofTask }, 9)]
      assert.deepStrictEqual(
        results.map(({ runId }) => runId),
        ["2"]
      )
    })
  )

  it.live("do not tell of a result whose record is gone", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      write(runs, "1", { found: { d: older } })
      write(runs, "2", { found: { d: record("lost", "d") } })
      assert.deepStrictEqual(had(new LatestRuns(runs, "study"), "d"), ["d of 1: a"])
    })
  )

  it.live("tell what a task was made from, and what another gave then", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      const plan = sketched([{ id: "a" }, { id: "b", needs: ["a"] }])
      const outputs = { out: { kind: "Json", digest: digest("made"), files: [] } } as const
      for (const id of ["1", "2", "3", "4"]) {
        write(runs, id, { found: { a: { ...older, outputs } } })
        writeFileSync(join(runs, id, FILES.plan), JSON.stringify(storedPlan(plan)))
      }
      write(runs, "5")
      const latest = new LatestRuns(runs, "study")
      assert.isUndefined(latest.taskOf({ runId: "5", task: "b" }))
      assert.deepStrictEqual(latest.taskOf({ runId: "4", task: "b" })?.task, plan.tasks[1])
      assert.isUndefined(latest.taskOf({ runId: "4", task: "c" }))
      assert.isDefined(latest.taskOf({ runId: "3", task: "b" }))
      // Plans may be long: no more than a few are read.
      assert.isUndefined(latest.taskOf({ runId: "2", task: "b" }))
      assert.strictEqual(latest.contentIn("4", "a", "out"), digest("made"))
      assert.isUndefined(latest.contentIn("4", "b", "out"))
      assert.isUndefined(latest.contentIn("none", "a", "out"))
    })
  )
})
