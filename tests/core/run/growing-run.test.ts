/** Runs whose plan grows by the lists that their tasks make. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { PipelineInvalid } from "../../../core/document/Diagnostic.ts"
import type { KnownLists } from "../../../core/plan/MadeLists.ts"
import type { PendingStage, Plan } from "../../../core/plan/Plan.ts"
import { readPlan } from "../../../core/plan/plan-json.ts"
import { FILES } from "../../../core/record/RunFolder.ts"
import { fold } from "../../../core/record/RunState.ts"
import type { CoordinatorOptions } from "../../../core/run/Coordinator.ts"
import { AttemptFailed } from "../../../core/run/Executor.ts"
import { temporaryFolder } from "../store/sample-store.ts"
import { attempted, type Behaviour, fakeExecutor } from "./FakeExecutor.ts"
import { sketched, type TaskSketch } from "./sketched-plan.ts"
import { journalOf, runIn, tasksWith, withTag } from "./watched-run.ts"

const SPAN = { file: "sketch.yaml", line: 1, column: 1, length: 1 }

const pendingStage = (id: string, more: Partial<PendingStage>): PendingStage => ({
  ...{ id, span: SPAN, stageType: `test/${id}`, waitsFor: [], after: [], needs: [], sources: [] },
  ...more
})

const BASE: ReadonlyArray<TaskSketch> = [{ id: "split" }, { id: "other" }]

/** `part` goes over what `split` makes, and `all` collects it; `side` needs nothing of that. */
const START: Plan = {
  ...sketched(BASE),
  pending: [
    pendingStage("part", { waitsFor: [{ task: 0, port: "out" }], needs: [0] }),
    pendingStage("all", { after: ["part"] })
  ]
}

/** The plan with one task of `part` for each item. */
const whole = (items: ReadonlyArray<string>): Plan => {
  const parts = items.map((item) => ({ id: `part@x=${item}`, needs: ["split"] }))
  return sketched([...BASE, ...parts, { id: "all", needs: parts.map(({ id }) => id), fanIn: true }])
}

const invalid = (message: string): PipelineInvalid =>
  new PipelineInvalid({ diagnostics: [{ severity: "error", span: SPAN, message }], texts: new Map() })

const grow: NonNullable<CoordinatorOptions["grow"]> = (known: KnownLists) => {
  const list = known.get("split.out")
  return Effect.succeed(
    Array.isArray(list)
      ? { plan: whole(list.map(String)), refused: new Map(), forced: new Set() }
      : { plan: START, refused: new Map([["part", invalid("split.out is no list")]]), forced: new Set() }
  )
}

/** `split` makes a list; the others make their names, as soon as they may. */
const making =
  (list: unknown, others: Behaviour = ({ task }) => Effect.succeed(task)): Behaviour =>
  (request, watch) =>
    request.task === "split" ? Effect.succeed(list) : others(request, watch)

const failing = new AttemptFailed({ tag: "Broken", message: "broken", detail: "" })

describe("a run whose plan grows", () => {
  it.live("appends tasks when the list is there, and keeps the whole plan", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const executor = fakeExecutor(making(["a", "b"]))
      const result = yield* runIn(folder, START, executor, { grow, jobs: 2 })
      assert.deepStrictEqual(result.counts, { ran: 5, hit: 0, failed: 0, skipped: 0 })
      const events = journalOf(result.folder)
      assert.deepStrictEqual(
        withTag(events, "PlanExtended").map(({ tasks, stages }) => ({ tasks, stages })),
        [{ tasks: 5, stages: { part: 2, all: 1 } }]
      )
      assert.deepStrictEqual(readPlan(readFileSync(join(result.folder.path, FILES.plan), "utf8")), whole(["a", "b"]))
      assert.strictEqual(fold(events).started?.tasks, 5)
    })
  )

  it.live("finds everything again, and of a longer list only what is new", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* runIn(folder, START, fakeExecutor(making(["a", "b"])), { grow })
      const again = fakeExecutor()
      const same = yield* runIn(folder, START, again, { grow })
      assert.deepStrictEqual([attempted(again), same.counts.hit], [[], 5])
      // Only a forced task makes another list.
      const longer = fakeExecutor(making(["b", "c", "a"]))
      yield* runIn(folder, START, longer, {
        grow: (known) => Effect.map(grow(known), (grown) => ({ ...grown, forced: new Set([0]) })),
        forced: new Set([0])
      })
      assert.sameMembers([...attempted(longer)], ["split", "part@x=c", "part@x=a", "part@x=b", "all"])
    })
  )

  it.live("makes the list before other work of its length, for nobody knows what waits for it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const others = ["a", "b", "c"].map((id) => ({ id }))
      const base = sketched([...others, { id: "split" }])
      const start = {
        ...base,
        pending: [pendingStage("part", { waitsFor: [{ task: 3, port: "out" }], needs: [3] })]
      }
      const executor = fakeExecutor(making(["x"]))
      const parts = { plan: sketched([...others, { id: "split" }, { id: "part@x=x", needs: ["split"] }]) }
      const grown = { ...parts, refused: new Map(), forced: new Set<number>() }
      yield* runIn(folder, start, executor, { grow: () => Effect.succeed(grown), jobs: 1 })
      assert.strictEqual(attempted(executor)[0], "split")
    })
  )

  it.live("goes on with other work meanwhile", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const isPart = yield* Deferred.make<void>()
      const executor = fakeExecutor(
        making(["a"], ({ task }) => {
          if (task === "part@x=a") return Effect.as(Deferred.succeed(isPart, undefined), task)
          // It ends only when a task of the list has run.
          return task === "other" ? Effect.as(Deferred.await(isPart), task) : Effect.succeed(task)
        })
      )
      const { counts } = yield* runIn(folder, START, executor, { grow, jobs: 2 })
      assert.strictEqual(counts.ran, 4)
    })
  )

  it.live("gives an empty list no tasks, and goes on", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { counts, outcome } = yield* runIn(folder, START, fakeExecutor(making([])), { grow })
      assert.deepStrictEqual([outcome, counts.ran], ["success", 3])
    })
  )

  it.live("skips what waits for a list of a task that fails", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const executor = fakeExecutor(({ task }) => (task === "split" ? Effect.fail(failing) : Effect.succeed(task)))
      const result = yield* runIn(folder, START, executor, { grow, keepGoing: true })
      assert.deepStrictEqual(result.counts, { ran: 1, hit: 0, failed: 1, skipped: 2 })
      assert.deepStrictEqual(
        withTag(journalOf(result.folder), "TaskSkipped").map(({ task, because }) => [task, because]),
        [
          ["part", "split"],
          ["all", "part"]
        ]
      )
    })
  )

  it.live("fails a stage whose list is none, and goes on with the rest where that is wanted", () =>
    Effect.gen(function* () {
      for (const keepGoing of [true, false]) {
        const folder = yield* temporaryFolder
        const executor = fakeExecutor(making({ no: "list" }))
        const result = yield* runIn(folder, START, executor, { grow, keepGoing })
        const events = journalOf(result.folder)
        assert.strictEqual(result.outcome, "failure")
        assert.deepStrictEqual(
          result.failures.map(({ task, error }) => [task, error.message]),
          [["part", "sketch.yaml:1:1 split.out is no list"]]
        )
        assert.deepStrictEqual(tasksWith(events, "TaskFailed"), ["part"])
        assert.lengthOf(withTag(events, "PlanExtended"), 0)
        assert.include(tasksWith(events, "TaskSkipped"), "all")
        if (keepGoing) assert.include(attempted(executor), "other")
        const state = fold(events)
        assert.deepStrictEqual(state.counts, result.counts)
        const [attempt] = state.tasks.get("part")?.attempts ?? []
        assert.strictEqual(attempt?.error?.message, "sketch.yaml:1:1 split.out is no list")
      }
    })
  )

  it.live("fails of the stages that become known at one moment only those that are wrong", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const waitsFor = [{ task: 0, port: "out" }]
      const bad = pendingStage("bad", { waitsFor, needs: [0] })
      const behind = pendingStage("behind", { after: ["bad"] })
      const start = { ...START, pending: [...(START.pending ?? []), bad, behind] }
      const executor = fakeExecutor(making(["a", "b"]))
      const result = yield* runIn(folder, start, executor, {
        grow: () =>
          Effect.succeed({
            plan: { ...whole(["a", "b"]), pending: [bad, behind] },
            refused: new Map([["bad", invalid("n: expected a number")]]),
            forced: new Set()
          }),
        keepGoing: true
      })
      assert.deepStrictEqual(result.counts, { ran: 5, hit: 0, failed: 1, skipped: 1 })
      const events = journalOf(result.folder)
      assert.deepStrictEqual(tasksWith(events, "TaskFailed"), ["bad"])
      assert.deepStrictEqual(
        withTag(events, "TaskSkipped").map(({ task, because }) => [task, because]),
        [["behind", "bad"]]
      )
      assert.include(attempted(executor), "all")
    })
  )

  it.live("keeps going with the other items when one of them fails", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const executor = fakeExecutor(
        making(["a", "b", "c"], ({ task }) => (task === "part@x=b" ? Effect.fail(failing) : Effect.succeed(task)))
      )
      const { counts } = yield* runIn(folder, START, executor, { grow, keepGoing: true })
      assert.deepStrictEqual(counts, { ran: 4, hit: 0, failed: 1, skipped: 1 })
      const second = fakeExecutor()
      const resumed = yield* runIn(folder, START, second, { grow })
      assert.deepStrictEqual(attempted(second), ["part@x=b", "all"])
      assert.strictEqual(resumed.outcome, "success")
    })
  )

  it.live("is interrupted with what it had, and taken up where it was", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const started = yield* Deferred.make<void>()
      const executor = fakeExecutor(
        making(["a", "b"], ({ task }) =>
          task === "part@x=b"
            ? Effect.andThen(Deferred.succeed(started, undefined), Effect.never)
            : Effect.succeed(task)
        )
      )
      const fiber = yield* Effect.forkChild(runIn(folder, START, executor, { grow }))
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      const second = fakeExecutor()
      const { counts } = yield* runIn(folder, START, second, { grow })
      assert.include(attempted(second), "part@x=b")
      assert.notInclude(attempted(second), "split")
      assert.strictEqual(counts.ran + counts.hit, 5)
    })
  )
})
