import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Plan } from "../../../core/plan/Plan.ts"
import { assess } from "../../../core/run/assess.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { INLINE_LIMIT } from "../../../core/store/Artifact.ts"
import { inStore, record, temporaryFolder } from "../store/sample-store.ts"
import { fakeExecutor } from "./FakeExecutor.ts"
import { sketched } from "./sketched-plan.ts"
import { journalOf, runIn, withTag } from "./watched-run.ts"

const assessIn = (folder: string, plan: Plan) => inStore(folder, assess(plan))

/** The prospects of the tasks in a word each, with the reason of those that run. */
const wordsIn = (folder: string, plan: Plan) =>
  Effect.map(assessIn(folder, plan), ({ prospects }) =>
    prospects.map((prospect) => {
      if (prospect._tag === "Run") return `run: ${prospect.explanation.text}`
      if (prospect._tag === "Cached") return "cached"
      const after = `after ${prospect.after.join(", ")}`
      return prospect._tag === "WillRun" ? `run: ${prospect.explanation.text}; ${after}` : after
    })
  )

const plan = (code = "code") =>
  sketched([
    { id: "a@n=1", code },
    { id: "a@n=2", code },
    { id: "b", needs: ["a@n=1", "a@n=2"] },
    { id: "c", needs: ["b"] },
    { id: "apart" },
    { id: "d", needs: ["apart", "a@n=1"] }
  ])

describe("assess", () => {
  it.live("says of a new plan what runs, and what waits for which stages", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* wordsIn(yield* temporaryFolder, plan()), [
        "run: never run",
        "run: never run",
        "run: never run; after a",
        "run: never run; after b",
        "run: never run",
        "run: never run; after apart, a"
      ])
    })
  )

  it.live("says that everything is cached after a run, and names the run", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { folder: past } = yield* runIn(folder, plan(), fakeExecutor())
      const { prospects } = yield* assessIn(folder, plan())
      for (const prospect of prospects) {
        assert(prospect._tag === "Cached")
        assert.strictEqual(prospect.record.runId, past.id)
      }
    })
  )

  it.live("gives the reason of a change, and leaves open what only may run", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* runIn(folder, plan(), fakeExecutor())
      assert.deepStrictEqual(yield* wordsIn(folder, plan("other")), [
        "run: code of test/a: main changed",
        "run: code of test/a: main changed",
        "after a",
        "after b",
        "cached",
        "after a"
      ])
    })
  )

  it.live("is sure of what has to run whatever comes of what it needs", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* runIn(folder, plan(), fakeExecutor())
      const changed = (b: string) =>
        sketched([
          { id: "a@n=1", code: "other" },
          { id: "a@n=2", code: "other" },
          { id: "b", needs: ["a@n=1", "a@n=2"], code: b },
          { id: "c", needs: ["b"] }
        ])
      assert.deepStrictEqual(yield* wordsIn(folder, changed("new")), [
        "run: code of test/a: main changed",
        "run: code of test/a: main changed",
        "run: code of test/b: main changed; after a",
        "after b"
      ])
      // What it was at first is in the store: if its input stays the same, it is cached.
      yield* runIn(folder, changed("new"), fakeExecutor())
      const back = sketched([
        { id: "a@n=1", code: "third" },
        { id: "a@n=2", code: "third" },
        { id: "b", needs: ["a@n=1", "a@n=2"] }
      ])
      assert.deepStrictEqual((yield* wordsIn(folder, back)).at(-1), "after a")
    })
  )

  describe("compares with the result that a task had last", () => {
    const one = (param: string) => sketched([{ id: "a", param }])

    it.live("which is that of the latest run, and not the latest computed", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        for (const param of ["1", "2", "1"]) yield* runIn(folder, one(param), fakeExecutor())
        assert.deepStrictEqual(yield* wordsIn(folder, one("3")), ['run: param param "1"→"3"'])
        const { folder: third } = yield* runIn(folder, one("3"), fakeExecutor())
        const [ready] = withTag(journalOf(third), "TaskReady")
        assert.strictEqual(ready?.reason, 'param param "1"→"3"')
      })
    )

    it.live("of a run of the same pipeline, if there was one", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        yield* runIn(folder, one("1"), fakeExecutor())
        yield* runIn(folder, { ...one("2"), name: "other" }, fakeExecutor())
        assert.deepStrictEqual(yield* wordsIn(folder, one("3")), ['run: param param "1"→"3"'])
        assert.deepStrictEqual(yield* wordsIn(folder, { ...one("3"), name: "third" }), ['run: param param "2"→"3"'])
      })
    )

    it.live("also where another task has computed it", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const pair = (second: string) =>
          sketched([
            { id: "a@n=1", param: "1" },
            { id: "a@n=2", param: second }
          ])
        yield* runIn(folder, pair("1"), fakeExecutor())
        assert.deepStrictEqual(yield* wordsIn(folder, pair("2")), ["cached", 'run: param param "1"→"2"'])
      })
    )

    it.live("in an earlier run, where the latest was of other tasks only", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        for (const param of ["1", "2", "1"]) yield* runIn(folder, one(param), fakeExecutor())
        yield* runIn(folder, sketched([{ id: "b" }]), fakeExecutor())
        assert.deepStrictEqual(yield* wordsIn(folder, one("3")), ['run: param param "1"→"3"'])
      })
    )

    it.live("as far as the folders of runs are there", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        for (const param of ["1", "2", "1"]) yield* runIn(folder, one(param), fakeExecutor())
        rmSync(join(folder, "runs"), { recursive: true })
        assert.deepStrictEqual(yield* wordsIn(folder, one("3")), ['run: param param "2"→"3"'])
      })
    )
  })

  it.live("does not take for cached what has lost an object", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const large = fakeExecutor(({ task }) => Effect.succeed(task === "a@n=1" ? "x".repeat(INLINE_LIMIT) : task))
      yield* runIn(folder, plan(), large)
      for (const name of readdirSync(join(folder, "objects"))) {
        rmSync(join(folder, "objects", name), { recursive: true })
      }
      assert.deepStrictEqual(yield* wordsIn(folder, plan()), [
        "run: its result was lost",
        "cached",
        "after a",
        "after b",
        "cached",
        "after a"
      ])
    })
  )

  it.live("expects of tasks what such tasks took before", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { parts } = record("", "")
      const took = (task: string, stage: string, durationMillis: number) =>
        record(task, task, { durationMillis, parts: { ...parts, stageType: `test/${stage}` } })
      yield* inStore(
        folder,
        Effect.flatMap(ActionStore, (actions) =>
          Effect.forEach(
            [took("a@n=1", "a", 10), took("a@n=2", "a", 300), took("b", "b", 7), took("c", "c", 5)],
            actions.commit
          )
        )
      )
      const { durations } = yield* assessIn(folder, plan())
      assert.deepStrictEqual([...durations], [10, 300, 7, 5, 1000, 1000])
    })
  )

  it.live("runs nothing and leaves no run behind", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* assessIn(folder, plan())
      assert.deepStrictEqual(readdirSync(join(folder, "runs")), [])
      assert.deepStrictEqual(readdirSync(join(folder, "actions")), [])
    })
  )

  it.live("looks into the files of sources that a task reads", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const study = yield* temporaryFolder
      const file = join(study, "sketch.yaml")
      const source = {
        name: "points",
        path: "p.json",
        kind: "Json",
        span: { file, line: 1, column: 1, length: 1 }
      } as const
      const read = { ...sketched([{ id: "a", needs: ["sources.points"] }, { id: "b" }], [source]), file }
      writeFileSync(join(study, "p.json"), "[1]")
      yield* runIn(folder, read, fakeExecutor())
      assert.deepStrictEqual(yield* wordsIn(folder, read), ["cached", "cached"])
      writeFileSync(join(study, "p.json"), "[2]")
      assert.deepStrictEqual(yield* wordsIn(folder, read), ["run: input sources.points changed", "cached"])
      // Another spelling of the same value.
      writeFileSync(join(study, "p.json"), " [ 1.0 ]\n")
      assert.deepStrictEqual(yield* wordsIn(folder, read), ["cached", "cached"])
    })
  )

  it.live("names the tasks that are read now and were not, or that were and are not", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const makers = [{ id: "a@n=1" }, { id: "a@n=2" }, { id: "a@n=3" }]
      const reads = (one: string, ...all: ReadonlyArray<string>) =>
        sketched([...makers, { id: "one", needs: [one] }, { id: "all", needs: all, fanIn: true }])
      yield* runIn(folder, reads("a@n=1", "a@n=1", "a@n=2"), fakeExecutor())
      const words = Effect.map(wordsIn(folder, reads("a@n=2", "a@n=1", "a@n=2", "a@n=3")), (all) => all.slice(3))
      assert.deepStrictEqual(yield* words, [
        "run: input in0 a@n=1.out→a@n=2.out",
        "run: input a.*.out has 1 new (a@n=3)"
      ])
      const fewer = yield* wordsIn(folder, reads("a@n=1", "a@n=1"))
      assert.deepStrictEqual(fewer.slice(3), ["cached", "run: input a.*.out has 1 gone (a@n=2)"])
    })
  )

  it.live("is certain of a fan-in with other tasks, though some of them have yet to run", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const all = (code: string, ...needs: ReadonlyArray<string>) =>
        sketched([...needs.map((id) => ({ id, code })), { id: "all", needs, fanIn: true }])
      yield* runIn(folder, all("old", "a@n=1", "a@n=2"), fakeExecutor())
      const last = (plan: Plan) => Effect.map(wordsIn(folder, plan), (words) => words.at(-1))
      assert.strictEqual(yield* last(all("new", "a@n=1", "a@n=2")), "after a")
      assert.strictEqual(
        yield* last(all("new", "a@n=1", "a@n=2", "a@n=3")),
        "run: input a.*.out has 1 new (a@n=3); after a"
      )
    })
  )
})
