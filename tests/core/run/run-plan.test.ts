import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import { needsOf } from "../../../core/plan/Plan.ts"
import { readPlan } from "../../../core/plan/plan-json.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { FILES } from "../../../core/record/RunFolder.ts"
import { fold } from "../../../core/record/RunState.ts"
import { AttemptFailed } from "../../../core/run/Executor.ts"
import { memory } from "../../../core/run/Host.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { INLINE_LIMIT } from "../../../core/store/Artifact.ts"
import { inStore, record, temporaryFolder } from "../store/sample-store.ts"
import { attempted, type FakeExecutor, fakeExecutor } from "./FakeExecutor.ts"
import { sketched, type TaskSketch } from "./sketched-plan.ts"
import { journalOf, run, runIn, tasksWith, withTag } from "./watched-run.ts"

const broken = (tag = "Diverged", message = "no luck") => new AttemptFailed({ tag, message, detail: "the stack" })

/** Resumes after what is ready has had its turn, file system included. */
const aMoment = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 1)))

const CHAIN = sketched([{ id: "a" }, { id: "b", needs: ["a"] }, { id: "c", needs: ["b"] }])

describe("a run", () => {
  it.live("computes each task after those it needs, hands it what they made, and counts", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor()
      const { counts, outcome, failures } = yield* runIn(yield* temporaryFolder, CHAIN, executor)
      assert.deepStrictEqual(attempted(executor), ["a", "b", "c"])
      assert.deepStrictEqual(counts, { ran: 3, hit: 0, failed: 0, skipped: 0 })
      assert.strictEqual(outcome, "success")
      assert.deepStrictEqual(failures, [])
      const input = executor.requests[1]?.inputs["in0"]
      assert(input?._tag === "One")
      assert.deepStrictEqual(
        input.files.map(({ path, content }) => [path, content]),
        [["value.json", { _tag: "Inline", base64: Buffer.from('"a"').toString("base64") }]]
      )
      assert.deepStrictEqual(executor.requests[1]?.outputs, { out: "Json" })
      assert.deepStrictEqual(executor.requests[1]?.params, { param: "b" })
    })
  )

  it.live("hands a fan-in over in its order, with matrix values, and large inputs as files of the store", () =>
    Effect.gen(function* () {
      const large = "x".repeat(INLINE_LIMIT)
      const executor = fakeExecutor(({ task }) => Effect.succeed(task === "a@n=1" ? large : task))
      const plan = sketched([{ id: "a@n=2" }, { id: "a@n=1" }, { id: "all", needs: ["a@n=1", "a@n=2"], fanIn: true }])
      yield* Effect.gen(function* () {
        yield* run(plan, executor)
        const input = executor.requests.at(-1)?.inputs["all"]
        assert(input?._tag === "Many")
        assert.deepStrictEqual(
          input.items.map(({ matrix }) => matrix),
          [{ index: 0 }, { index: 1 }]
        )
        const contents = input.items.map(({ files }) => {
          const content = files[0]?.content
          return content?._tag === "File" ? readFileSync(content.file, "utf8") : content?._tag
        })
        assert.deepStrictEqual(contents, [JSON.stringify(large), "Inline"])
      }).pipe((effect) => Effect.flatMap(temporaryFolder, (folder) => inStore(folder, effect)))
    })
  )

  it.live("runs nothing twice, asks no executor for a hit, and says which record it was", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const first = yield* runIn(folder, CHAIN, fakeExecutor())
      const idle = fakeExecutor(() => Effect.die("not to be called"))
      const second = yield* runIn(folder, CHAIN, idle)
      assert.deepStrictEqual(idle.requests, [])
      assert.deepStrictEqual(second.counts, { ran: 0, hit: 3, failed: 0, skipped: 0 })
      const finished = withTag(journalOf(first.folder), "TaskFinished")
      const hits = withTag(journalOf(second.folder), "TaskHit")
      assert.deepStrictEqual(tasksWith(journalOf(second.folder), "TaskReady"), [])
      assert.deepStrictEqual(
        hits.map(({ task, key }) => [task, key]),
        finished.map(({ task, key }) => [task, key])
      )
    })
  )

  it.live("stops the wave where a task that ran again gives the bytes of before", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const plan = (code: string) =>
        sketched([
          { id: "a", code },
          { id: "b", needs: ["a"] },
          { id: "c", needs: ["a", "b"] }
        ])
      yield* runIn(folder, plan("first"), fakeExecutor())
      const executor = fakeExecutor()
      const { counts } = yield* runIn(folder, plan("second"), executor)
      assert.deepStrictEqual(attempted(executor), ["a"])
      assert.deepStrictEqual(counts, { ran: 1, hit: 2, failed: 0, skipped: 0 })
      const other = fakeExecutor(({ task }) => Effect.succeed(task === "a" ? "other bytes" : task))
      yield* runIn(folder, plan("third"), other)
      // b gives its bytes of before, but c reads a as well.
      assert.deepStrictEqual(attempted(other), ["a", "b", "c"])
    })
  )

  it.live("computes what two tasks of one key give once, and leaves both with the result", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor(({ params }) => Effect.as(aMoment, params["param"]))
      const plan = sketched([
        { id: "a@n=1", param: "same" },
        { id: "a@n=2", param: "same" },
        { id: "b", needs: ["a@n=1"] },
        { id: "c", needs: ["a@n=2"] }
      ])
      const { counts, folder } = yield* runIn(yield* temporaryFolder, plan, executor, { jobs: 4 })
      assert.deepStrictEqual(counts, { ran: 3, hit: 1, failed: 0, skipped: 0 })
      assert.deepStrictEqual(
        attempted(executor).filter((task) => task.startsWith("a")),
        ["a@n=1"]
      )
      assert.deepStrictEqual(tasksWith(journalOf(folder), "TaskHit"), ["a@n=2"])
    })
  )

  it.live("fails every task of a key whose computation fails, each with the reason", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor(() => broken())
      const plan = sketched([
        { id: "a@n=1", param: "same" },
        { id: "a@n=2", param: "same" },
        { id: "b", needs: ["a@n=2"] }
      ])
      const { counts, failures, folder } = yield* runIn(yield* temporaryFolder, plan, executor)
      assert.deepStrictEqual(counts, { ran: 0, hit: 0, failed: 2, skipped: 1 })
      const told = [
        ["a@n=1", "no luck"],
        ["a@n=2", "no luck\na@n=1 ended so, which has the same key and was computed for both"]
      ]
      assert.deepStrictEqual(
        failures.map(({ task, error }) => [task, error.message]),
        told
      )
      const ended = fold(journalOf(folder)).tasks.values()
      assert.deepStrictEqual(
        [...ended].flatMap(({ task, attempts }) => attempts.map(({ error }) => [task, error?.message])),
        told
      )
      assert.lengthOf(executor.requests, 1)
    })
  )

  it.live("computes anew what it is told to, and takes the new bytes from then on", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* runIn(folder, CHAIN, fakeExecutor())
      const anew = fakeExecutor(({ task }) => Effect.succeed(`${task} anew`))
      const { counts, folder: past } = yield* runIn(folder, CHAIN, anew, { forced: new Set([0]) })
      assert.deepStrictEqual(attempted(anew), ["a", "b", "c"])
      assert.deepStrictEqual(counts, { ran: 3, hit: 0, failed: 0, skipped: 0 })
      assert.strictEqual(withTag(journalOf(past), "TaskReady")[0]?.reason, "asked for")
      const third = fakeExecutor()
      yield* runIn(folder, CHAIN, third)
      assert.deepStrictEqual(attempted(third), [])
    })
  )

  it.live("recomputes a result whose object is lost, and nothing else when the bytes are the same", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const large = fakeExecutor(({ task }) => Effect.succeed(task === "a" ? "x".repeat(INLINE_LIMIT) : task))
      yield* runIn(folder, CHAIN, large)
      const objects = join(folder, "objects")
      for (const prefix of readdirSync(objects)) rmSync(join(objects, prefix), { recursive: true })
      const again = fakeExecutor(({ task }) => Effect.succeed(task === "a" ? "x".repeat(INLINE_LIMIT) : task))
      const { folder: past, counts } = yield* runIn(folder, CHAIN, again)
      assert.deepStrictEqual(attempted(again), ["a"])
      assert.deepStrictEqual(counts, { ran: 1, hit: 2, failed: 0, skipped: 0 })
      assert.strictEqual(withTag(journalOf(past), "TaskReady")[0]?.reason, "its result was lost")
      const third = fakeExecutor()
      yield* runIn(folder, CHAIN, third)
      assert.deepStrictEqual(attempted(third), [])
    })
  )

  it.live("leaves its plan, its pipeline file and its options behind", () =>
    Effect.gen(function* () {
      const header = `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`
      const options = { jobs: 3, targets: ["c"], pipelineText: "name: as it was\n", traceParent: header }
      const { folder } = yield* runIn(yield* temporaryFolder, CHAIN, fakeExecutor(), options)
      assert.deepStrictEqual(readPlan(readFileSync(join(folder.path, FILES.plan), "utf8")), CHAIN)
      assert.strictEqual(readFileSync(join(folder.path, FILES.pipeline), "utf8"), options.pipelineText)
      const [started] = withTag(journalOf(folder), "RunStarted")
      assert.deepInclude(started, { runId: folder.id, jobs: 3, targets: ["c"], tasks: 3, traceId: "ab".repeat(16) })
      assert.strictEqual(started?.environment["athanor"], "0.0.0")
    })
  )

  it.live("of a plan without tasks is a success", () =>
    Effect.gen(function* () {
      const { outcome, folder } = yield* runIn(yield* temporaryFolder, sketched([]), fakeExecutor())
      assert.strictEqual(outcome, "success")
      assert.deepStrictEqual(
        journalOf(folder).map(({ _tag }) => _tag),
        ["RunStarted", "RunFinished"]
      )
    })
  )
})

describe("the order of starts", () => {
  const FORK = sketched([
    { id: "leaf" },
    { id: "short" },
    { id: "long" },
    { id: "afterShort", needs: ["short"] },
    { id: "afterLong", needs: ["long"] },
    { id: "last", needs: ["afterLong"] }
  ])

  it.live("is that of the longest remaining path", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor()
      yield* runIn(yield* temporaryFolder, FORK, executor)
      assert.deepStrictEqual(attempted(executor), ["long", "short", "afterLong", "leaf", "afterShort", "last"])
    })
  )

  it.live("counts a path in the time that its tasks took before", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { parts } = record("", "")
      const earlier = (task: string, durationMillis: number) =>
        record(task, task, { durationMillis, parts: { ...parts, stageType: `test/${task}` } })
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          for (const task of ["long", "afterLong", "last", "short"]) yield* actions.commit(earlier(task, 10))
          yield* actions.commit(earlier("afterShort", 50))
          yield* actions.commit(earlier("leaf", 45))
        })
      )
      const executor = fakeExecutor()
      yield* runIn(folder, FORK, executor)
      // Remaining: short 60, leaf 45, long 30, and then what they open.
      assert.deepStrictEqual(attempted(executor), ["short", "afterShort", "leaf", "long", "afterLong", "last"])
    })
  )

  it.live("lets a small task by where the most urgent does not fit", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const plan = sketched([
        { id: "first", cpu: 2 },
        { id: "big", cpu: 2 },
        { id: "small" },
        { id: "afterFirst", needs: ["first"] },
        { id: "afterThat", needs: ["afterFirst"] },
        { id: "afterBig", needs: ["big"] }
      ])
      const executor = fakeExecutor(({ task }) =>
        Effect.as(
          task === "first" ? Deferred.await(gate) : task === "small" ? Deferred.succeed(gate, undefined) : Effect.void,
          task
        )
      )
      yield* runIn(yield* temporaryFolder, plan, executor, { jobs: 3 })
      assert.deepStrictEqual(attempted(executor).slice(0, 2), ["first", "small"])
    })
  )
})

/** Attempts that overlap, at most. */
const mostAtOnce = (
  moments: ReadonlyArray<{ readonly task: string; readonly what: "start" | "end" }>,
  weight: (task: string) => number
): number => {
  let [now, most] = [0, 0]
  for (const { task, what } of moments) {
    now += what === "start" ? weight(task) : -weight(task)
    most = Math.max(most, now)
  }
  return most
}

describe("resources", () => {
  const slow = () => fakeExecutor(({ task }) => Effect.as(aMoment, task))
  const many = (sketch: Omit<TaskSketch, "id">) =>
    sketched(Array.from({ length: 6 }, (_, n) => ({ id: `a@n=${n}`, ...sketch })))

  it.live("are used as far as they go: as many tasks at once as there are cores", () =>
    Effect.gen(function* () {
      // Each waits until three run: with fewer at once this would never end.
      let running = 0
      const all = yield* Deferred.make<void>()
      const executor = fakeExecutor(({ task }) =>
        Effect.suspend(() => (++running === 3 ? Deferred.succeed(all, undefined) : Deferred.await(all))).pipe(
          Effect.as(task)
        )
      )
      yield* runIn(yield* temporaryFolder, many({}), executor, { jobs: 3 })
      assert.strictEqual(
        mostAtOnce(executor.moments, () => 1),
        3
      )
    })
  )

  it.live("are never exceeded in memory", () =>
    Effect.gen(function* () {
      const two = yield* Deferred.make<void>()
      let running = 0
      const executor = fakeExecutor(({ task }) =>
        Effect.suspend(() => (++running === 2 ? Deferred.succeed(two, undefined) : Deferred.await(two))).pipe(
          Effect.andThen(aMoment),
          Effect.as(task)
        )
      )
      yield* runIn(yield* temporaryFolder, many({ memory: memory * 0.4 }), executor, { jobs: 6 })
      assert.strictEqual(
        mostAtOnce(executor.moments, () => 1),
        2
      )
    })
  )

  it.live.each([
    ["cores", { cpu: 99 }],
    ["memory", { memory: memory * 9 }]
  ] as const)("are all given, alone, to a task that asks for more %s than there are", ([, sketch]) =>
    Effect.gen(function* () {
      const executor = slow()
      const { counts } = yield* runIn(yield* temporaryFolder, many(sketch), executor, { jobs: 2 })
      assert.strictEqual(counts.ran, 6)
      assert.strictEqual(
        mostAtOnce(executor.moments, () => 1),
        1
      )
    })
  )
})

describe("devices", () => {
  const devices = (executor: FakeExecutor) => executor.requests.map((request) => request.devices.join(","))

  it.live("are told to each attempt, and no two attempts have the same at once", () =>
    Effect.gen(function* () {
      const plan = sketched([
        { id: "a", gpu: 1 },
        { id: "b", gpu: 1 },
        { id: "c", gpu: 2, needs: ["a", "b"] },
        { id: "d", needs: ["c"] }
      ])
      const executor = fakeExecutor(({ task }) => Effect.as(aMoment, task))
      const { folder } = yield* runIn(yield* temporaryFolder, plan, executor, { jobs: 4, gpus: ["3", "7"] })
      assert.deepStrictEqual(devices(executor), ["3", "7", "3,7", ""])
      assert.deepStrictEqual(
        withTag(journalOf(folder), "AttemptStarted").map((event) => event.devices),
        [["3"], ["7"], ["3", "7"], undefined]
      )
    })
  )

  it.live("do not decide a key: other devices, or none, give a hit", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const plan = sketched([{ id: "a", gpu: 1 }])
      yield* runIn(folder, plan, fakeExecutor(), { gpus: ["0"] })
      assert.strictEqual((yield* runIn(folder, plan, fakeExecutor(), { gpus: ["1"] })).counts.hit, 1)
      assert.strictEqual((yield* runIn(folder, plan, fakeExecutor())).counts.hit, 1)
      assert.strictEqual((yield* runIn(folder, sketched([{ id: "a" }]), fakeExecutor())).counts.hit, 1)
    })
  )

  it.live("that are not there fail a task at once, without further attempts, and before others begin", () =>
    Effect.gen(function* () {
      const plan = sketched([{ id: "z" }, { id: "a", gpu: 1, retries: 3 }, { id: "b", needs: ["a"] }])
      const executor = fakeExecutor()
      const { failures, counts } = yield* runIn(yield* temporaryFolder, plan, executor)
      assert.deepStrictEqual(attempted(executor), [])
      assert.deepStrictEqual(
        failures.map(({ task, error }) => [task, error.tag]),
        [["a", "ResourceMissing"]]
      )
      assert.include(failures[0]?.error.message, "--gpus")
      assert.deepStrictEqual(counts, { ran: 0, hit: 0, failed: 1, skipped: 2 })
    })
  )
})

describe("tokens", () => {
  it.live("bound how many tasks hold them at once, others are not held up", () =>
    Effect.gen(function* () {
      const holder = (n: number) => ({ id: `h@n=${n}`, tokens: { licence: 1 } })
      const plan = { ...sketched([holder(1), holder(2), holder(3), { id: "free" }]), limits: { licence: 1 } }
      const executor = fakeExecutor(({ task }) => Effect.as(aMoment, task))
      yield* runIn(yield* temporaryFolder, plan, executor, { jobs: 4 })
      const holds = (task: string) => (task.startsWith("h") ? 1 : 0)
      assert.strictEqual(mostAtOnce(executor.moments, holds), 1)
      assert.deepStrictEqual(attempted(executor).slice(0, 2), ["h@n=1", "free"])
      const wider = fakeExecutor(({ task }) => Effect.as(aMoment, task))
      yield* runIn(yield* temporaryFolder, plan, wider, { jobs: 4, limits: { licence: 2 } })
      assert.strictEqual(mostAtOnce(wider.moments, holds), 2)
    })
  )
})

describe("a large task", () => {
  it.live("is not overtaken by small ones that are less urgent", () =>
    Effect.gen(function* () {
      const plan = sketched([
        { id: "first" },
        { id: "large", cpu: 2, needs: ["first"] },
        { id: "last", needs: ["large"] },
        ...[1, 2, 3, 4].map((n) => ({ id: `small@n=${n}` }))
      ])
      // The small one that began beside the first ends when the large one has become ready, however slow the disk is.
      const isReady = yield* Deferred.make<void>()
      const executor = fakeExecutor(({ task }) =>
        Effect.as(task.startsWith("small") ? Effect.andThen(Deferred.await(isReady), aMoment) : Effect.void, task)
      )
      const onEvent = (event: JournalEvent): void => {
        if (event._tag === "TaskReady" && event.task === "large") Effect.runSync(Deferred.succeed(isReady, undefined))
      }
      yield* runIn(yield* temporaryFolder, plan, executor, { jobs: 2 }, { onEvent })
      assert.deepStrictEqual(attempted(executor).slice(0, 3), ["first", "small@n=1", "large"])
    })
  )
})

const Small = Schema.Literals([0, 1, 2, 3])
const Tasks = Schema.Array(
  Schema.Struct({
    cpu: Schema.Literals([1, 2, 3, 4]),
    memory: Small,
    waits: Small,
    needs: Schema.Array(Schema.Natural)
  })
).check(Schema.isMaxLength(9))

describe("a run of any plan", () => {
  it.live.prop(
    "runs every task once, after those it needs, within the resources, and finds all the next time",
    { tasks: Tasks, jobs: Schema.Literals([1, 2, 3, 5]) },
    ({ tasks, jobs }) =>
      Effect.gen(function* () {
        const id = (index: number) => `s${index}`
        const plan = sketched(
          tasks.map(({ cpu, memory: share, needs }, index) => ({
            id: id(index),
            cpu,
            memory: (share / 4) * memory,
            needs: index === 0 ? [] : [...new Set(needs.map((need) => id(need % index)))]
          }))
        )
        const executor = fakeExecutor(({ task }) =>
          Effect.as(Effect.repeat(aMoment, { times: tasks[Number(task.slice(1))]?.waits ?? 0 }), task)
        )
        const folder = yield* temporaryFolder
        const { counts, outcome } = yield* runIn(folder, plan, executor, { jobs })
        assert.strictEqual(outcome, "success")
        assert.deepStrictEqual(counts, { ran: tasks.length, hit: 0, failed: 0, skipped: 0 })
        assert.deepStrictEqual([...attempted(executor)].sort(), plan.tasks.map((task) => task.id).sort())
        const at = (task: string, what: "start" | "end") =>
          executor.moments.findIndex((moment) => moment.task === task && moment.what === what)
        for (const task of plan.tasks)
          for (const need of needsOf(task)) assert.isBelow(at(id(need), "end"), at(task.id, "start"))
        const resources = (task: string) => plan.tasks[Number(task.slice(1))]!.resources
        assert.isAtMost(
          mostAtOnce(executor.moments, (task) => Math.min(jobs, resources(task).cpu)),
          jobs
        )
        assert.isAtMost(
          mostAtOnce(executor.moments, (task) => resources(task).memory),
          // Parts of a byte do not add up exactly.
          memory + 1
        )
        const second = yield* runIn(folder, plan, fakeExecutor(), { jobs })
        assert.deepStrictEqual(second.counts, { ran: 0, hit: tasks.length, failed: 0, skipped: 0 })
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 15 } }
  )
})

describe("a failed task", () => {
  const PLAN = sketched([
    { id: "bad" },
    { id: "afterBad", needs: ["bad"] },
    { id: "afterThat", needs: ["afterBad"] },
    { id: "good" },
    { id: "afterGood", needs: ["good"] },
    { id: "both", needs: ["afterBad", "good"] }
  ])
  const failing = () => fakeExecutor(({ task }) => (task === "bad" ? broken() : Effect.succeed(task)))

  it.live("stops the starts, and the journal says what was left and why", () =>
    Effect.gen(function* () {
      const executor = failing()
      const { counts, outcome, failures, folder } = yield* runIn(yield* temporaryFolder, PLAN, executor)
      assert.deepStrictEqual(attempted(executor), ["bad"])
      assert.strictEqual(outcome, "failure")
      assert.deepStrictEqual(counts, { ran: 0, hit: 0, failed: 1, skipped: 5 })
      assert.deepStrictEqual(
        failures.map(({ task, error }) => [task, error.tag]),
        [["bad", "Diverged"]]
      )
      const events = journalOf(folder)
      assert.deepStrictEqual(
        Object.fromEntries(withTag(events, "TaskSkipped").map(({ task, because }) => [task, because])),
        { afterBad: "bad", afterThat: "bad", both: "bad", good: "the run ended", afterGood: "the run ended" }
      )
      assert.deepInclude(events.at(-1), { _tag: "RunFinished", outcome: "failure", counts })
    })
  )

  it.live("lets what runs already come to its end", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const executor = fakeExecutor(({ task }) =>
        task === "bad"
          ? Effect.andThen(Deferred.await(gate), broken())
          : Deferred.succeed(gate, undefined).pipe(
              Effect.andThen(Effect.repeat(aMoment, { times: 20 })),
              Effect.as(task)
            )
      )
      const { counts } = yield* runIn(yield* temporaryFolder, PLAN, executor, { jobs: 2 })
      assert.deepStrictEqual(counts, { ran: 1, hit: 0, failed: 1, skipped: 4 })
    })
  )

  it.live("costs only what needs it when the run is to keep going", () =>
    Effect.gen(function* () {
      const executor = failing()
      const { counts, outcome } = yield* runIn(yield* temporaryFolder, PLAN, executor, { keepGoing: true })
      assert.deepStrictEqual(attempted(executor), ["bad", "good", "afterGood"])
      assert.deepStrictEqual(counts, { ran: 2, hit: 0, failed: 1, skipped: 3 })
      assert.strictEqual(outcome, "failure")
    })
  )

  it.live("is tried again by the next run, while its neighbours are hits", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* runIn(folder, PLAN, failing(), { keepGoing: true })
      const well = fakeExecutor()
      const { counts } = yield* runIn(folder, PLAN, well, { keepGoing: true })
      assert.deepStrictEqual(counts, { ran: 4, hit: 2, failed: 0, skipped: 0 })
    })
  )
})

describe("an interrupted run", () => {
  it.live("stops what runs, keeps what finished, and closes the journal", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const reached = yield* Deferred.make<void>()
      const executor = fakeExecutor(({ task }) =>
        task === "b" ? Effect.andThen(Deferred.succeed(reached, undefined), Effect.never) : Effect.succeed(task)
      )
      const fiber = yield* Effect.forkChild(runIn(folder, CHAIN, executor))
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(
        executor.moments.map(({ task, what }) => `${task} ${what}`),
        ["a start", "a end", "b start", "b end"]
      )
      const [id = ""] = readdirSync(join(folder, "runs"))
      const events = journalOf({ id, path: join(folder, "runs", id) })
      assert.deepStrictEqual(tasksWith(events, "TaskSkipped"), ["b", "c"])
      assert.deepInclude(events.at(-1), {
        _tag: "RunFinished",
        outcome: "interrupted",
        counts: { ran: 1, hit: 0, failed: 0, skipped: 2 }
      })
      const after = fakeExecutor()
      const { counts } = yield* runIn(folder, CHAIN, after)
      assert.deepStrictEqual(attempted(after), ["b", "c"])
      assert.strictEqual(counts.hit, 1)
    })
  )

  it.live("commits a result that exists when the interruption comes", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const large = "x".repeat(1_000_000)
      const done = yield* Deferred.make<void>()
      // The attempt is over; its outputs are still to be written.
      const executor = fakeExecutor(() => Effect.tap(Effect.succeed(large), () => Deferred.succeed(done, undefined)))
      const plan = sketched([{ id: "a" }])
      const fiber = yield* Effect.forkChild(runIn(folder, plan, executor))
      yield* Deferred.await(done)
      // Its turn comes when the attempt has handed over: the commit is under way.
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      const after = fakeExecutor()
      const { counts } = yield* runIn(folder, plan, after)
      assert.deepStrictEqual(counts, { ran: 0, hit: 1, failed: 0, skipped: 0 })
    })
  )
})

/** Lets the test's clock run a second at a time until a fiber has ended. */
const untilEnded = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  Effect.gen(function* () {
    while (fiber.pollUnsafe() === undefined) {
      yield* aMoment
      yield* TestClock.adjust("1 second")
    }
    return yield* Fiber.join(fiber)
  })

describe("retries", () => {
  it.effect("come after 1 s, 2 s, 4 s and so on, a minute at most, and the last failure is the task's", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor(({ attempt }) => broken("Diverged", `attempt ${attempt}`))
      const plan = sketched([{ id: "a", retries: 8 }])
      const fiber = yield* Effect.forkChild(runIn(yield* temporaryFolder, plan, executor))
      const { folder, failures, counts } = yield* untilEnded(fiber)
      const events = journalOf(folder)
      const failed = withTag(events, "AttemptFailed")
      assert.deepStrictEqual(
        failed.map(({ retryIn }) => retryIn),
        [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, undefined]
      )
      assert.deepStrictEqual(
        executor.requests.map(({ attempt }) => attempt),
        [1, 2, 3, 4, 5, 6, 7, 8, 9]
      )
      const starts = withTag(events, "AttemptStarted")
      for (const [index, { at, retryIn = 0 }] of failed.entries()) {
        const next = starts[index + 1]
        if (next !== undefined) assert.isAtLeast(next.at - at, retryIn)
      }
      assert.strictEqual(new Set(starts.map(({ spanId }) => spanId)).size, 9)
      assert.strictEqual(failures[0]?.error.message, "attempt 9")
      assert.strictEqual(counts.failed, 1)
    })
  )

  it.effect("come after the pauses that a task asks for", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor(() => broken())
      const plan = sketched([{ id: "a", retries: 4, backoff: { delay: 50, factor: 3, longest: 1000 } }])
      const fiber = yield* Effect.forkChild(runIn(yield* temporaryFolder, plan, executor))
      const { folder } = yield* untilEnded(fiber)
      assert.deepStrictEqual(
        withTag(journalOf(folder), "AttemptFailed").map(({ retryIn }) => retryIn),
        [50, 150, 450, 1000, undefined]
      )
    })
  )

  it.live("wait for the memory that they ask for, which may be more each time", () =>
    Effect.gen(function* () {
      const grows = { memory: memory * 0.4, memoryFactor: 2, retries: 1, backoff: { delay: 1, factor: 1, longest: 1 } }
      const plan = sketched([
        { id: "a", ...grows },
        { id: "b", memory: memory * 0.4 }
      ])
      const executor = fakeExecutor(({ task, attempt }) =>
        task === "b" ? Effect.as(Effect.sleep(60), task) : attempt === 1 ? broken() : Effect.succeed(task)
      )
      yield* runIn(yield* temporaryFolder, plan, executor, { jobs: 2 })
      assert.deepStrictEqual(
        executor.moments.map(({ task, what }) => `${task} ${what}`),
        ["a start", "a end", "b start", "b end", "a start", "a end"]
      )
    })
  )

  it.effect("end with the first success, whose number the record keeps", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor(({ attempt, task }) => (attempt < 3 ? broken() : Effect.succeed(task)))
      const plan = sketched([{ id: "a", retries: 5 }])
      const fiber = yield* Effect.forkChild(runIn(yield* temporaryFolder, plan, executor))
      const { folder, outcome } = yield* untilEnded(fiber)
      assert.strictEqual(outcome, "success")
      assert.strictEqual(withTag(journalOf(folder), "TaskFinished")[0]?.attempt, 3)
    })
  )
})

describe("a timeout", () => {
  it.effect("ends an attempt, not before its time, and counts as a failure that is tried again", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor(({ attempt, task }) => Effect.as(Effect.sleep(attempt === 1 ? 60_000 : 4000), task))
      const plan = sketched([{ id: "a", timeout: 5000, retries: 1 }])
      const fiber = yield* Effect.forkChild(runIn(yield* temporaryFolder, plan, executor))
      const { folder, outcome } = yield* untilEnded(fiber)
      const events = journalOf(folder)
      const [failed] = withTag(events, "AttemptFailed")
      assert.deepStrictEqual(failed?.error, { tag: "Timeout", message: "no result after 5 s", detail: "" })
      assert.isAtLeast((failed?.at ?? 0) - (withTag(events, "AttemptStarted")[0]?.at ?? 0), 5000)
      assert.deepStrictEqual(
        executor.moments.map(({ what }) => what),
        ["start", "end", "start", "end"]
      )
      assert.strictEqual(outcome, "success")
    })
  )
})

describe("two runs on one store", () => {
  it.live("do the work once: the second waits and takes the first one's result", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const started = yield* Deferred.make<void>()
      const gate = yield* Deferred.make<void>()
      const first = fakeExecutor(({ task }) =>
        Effect.as(
          task === "a" ? Effect.andThen(Deferred.succeed(started, undefined), Deferred.await(gate)) : Effect.void,
          task
        )
      )
      const second = fakeExecutor()
      const one = yield* Effect.forkChild(runIn(folder, CHAIN, first))
      yield* Deferred.await(started)
      const seen: Array<JournalEvent> = []
      const isReady = yield* Deferred.make<void>()
      const two = yield* Effect.forkChild(
        // Its index is its own, as on another machine: what the first has done it learns from the segments alone.
        inStore(
          folder,
          run(
            CHAIN,
            second,
            {},
            {
              onEvent: (event) => {
                seen.push(event)
                if (event._tag === "TaskReady") Deferred.doneUnsafe(isReady, Effect.void)
              }
            }
          ),
          { index: join(folder, "other.sqlite") }
        )
      )
      yield* Deferred.await(isReady)
      // Longer than the interval at which a lock is tried.
      yield* Effect.sleep(80)
      assert.deepStrictEqual(attempted(second), [])
      yield* Deferred.succeed(gate, undefined)
      const results = [yield* Fiber.join(one), yield* Fiber.join(two)]
      assert.deepStrictEqual([...attempted(first), ...attempted(second)].sort(), ["a", "b", "c"])
      assert.strictEqual(
        results.reduce((sum, { counts }) => sum + counts.ran, 0),
        3
      )
      assert.strictEqual(
        results.reduce((sum, { counts }) => sum + counts.hit, 0),
        3
      )
      assert.deepStrictEqual(tasksWith(seen, "TaskHit").slice(0, 1), ["a"])
    })
  )

  it.live("go on by themselves when the one that computes gives up", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const started = yield* Deferred.make<void>()
      const first = fakeExecutor(() => Effect.andThen(Deferred.succeed(started, undefined), Effect.never))
      const one = yield* Effect.forkChild(runIn(folder, CHAIN, first))
      yield* Deferred.await(started)
      const second = fakeExecutor()
      const two = yield* Effect.forkChild(runIn(folder, CHAIN, second))
      yield* Fiber.interrupt(one)
      assert.strictEqual((yield* Fiber.join(two)).counts.ran, 3)
    })
  )
})

describe("the journal", () => {
  it.live("has a start before its attempt, a result before it is used, and each task's events in order", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      /** Events on the disk when an attempt begins. */
      const onDisk = new Map<string, ReadonlyArray<string>>()
      const executor = fakeExecutor(({ task }) =>
        Effect.sync(() => {
          const [id = ""] = readdirSync(join(folder, "runs"))
          const events = journalOf({ id, path: join(folder, "runs", id) })
          onDisk.set(
            task,
            events.map((event) => ("task" in event ? `${event._tag} ${event.task}` : event._tag))
          )
          return task
        })
      )
      const { folder: past } = yield* runIn(folder, CHAIN, executor)
      assert.include(onDisk.get("a") ?? [], "AttemptStarted a")
      for (const [task, need] of [
        ["b", "a"],
        ["c", "b"]
      ] as const) {
        assert.includeMembers(
          [...(onDisk.get(task) ?? [])],
          [`TaskFinished ${need}`, `TaskReady ${task}`, `AttemptStarted ${task}`]
        )
      }
      const events = journalOf(past)
      assert.deepStrictEqual(
        events.flatMap((event) => ("task" in event && event.task === "b" ? [event._tag] : [])),
        ["TaskReady", "AttemptStarted", "TaskFinished"]
      )
      assert.strictEqual(events[0]?._tag, "RunStarted")
      assert.strictEqual(events.at(-1)?._tag, "RunFinished")
    })
  )

  it.live("keeps what a stage says, and progress goes to who watches and not into it", () =>
    Effect.gen(function* () {
      const executor = fakeExecutor(({ task }, watch) =>
        Effect.sync(() => {
          watch.onLog({ level: "warning", message: "careful" })
          watch.onProgress({ done: 1, total: 2, unit: "steps" })
          return task
        })
      )
      const reports: Array<unknown> = []
      const seen: Array<JournalEvent> = []
      const watcher = {
        onEvent: (event: JournalEvent) => seen.push(event),
        onProgress: (task: string, report: unknown) => reports.push([task, report])
      }
      const { folder } = yield* runIn(yield* temporaryFolder, sketched([{ id: "a" }]), executor, {}, watcher)
      assert.deepStrictEqual(reports, [["a", { done: 1, total: 2, unit: "steps" }]])
      assert.deepInclude(withTag(journalOf(folder), "TaskLog")[0], { task: "a", level: "warning", message: "careful" })
      assert.deepStrictEqual(seen, journalOf(folder))
    })
  )

  it.live("gives the reason why each task had to run", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const plan = (param: string) =>
        sketched([
          { id: "a", param },
          { id: "b", needs: ["a"] }
        ])
      const made = (word: string) => fakeExecutor(({ task }) => Effect.succeed(`${task} ${word}`))
      const reasons = (past: { readonly folder: Parameters<typeof journalOf>[0] }) =>
        withTag(journalOf(past.folder), "TaskReady").map(({ reason }) => reason)
      assert.deepStrictEqual(reasons(yield* runIn(folder, plan("x"), made("x"))), ["never run", "never run"])
      assert.deepStrictEqual(reasons(yield* runIn(folder, plan("y"), made("y"))), [
        'param param "x"→"y"',
        "input a.out changed"
      ])
    })
  )
})

describe("a store that fails", () => {
  it.live("ends the run with its error, not as a failed task", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      // Nothing can be claimed where a file stands in place of the folder.
      const executor = fakeExecutor()
      const error = yield* Effect.flip(
        inStore(
          folder,
          Effect.suspend(() => {
            rmSync(join(folder, "locks"), { recursive: true })
            writeFileSync(join(folder, "locks"), "")
            return run(CHAIN, executor)
          })
        )
      )
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert.deepStrictEqual(executor.requests, [])
    })
  )
})
