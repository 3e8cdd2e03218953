import { rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Account, rootsOf } from "../../../core/explain/Account.ts"
import { accountOfPlan } from "../../../core/explain/account-of-plan.ts"
import { earlierTask, type FindEarlierTask } from "../../../core/explain/EarlierTask.ts"
import { Places } from "../../../core/explain/Places.ts"
import { renderAccounts } from "../../../core/explain/render-accounts.ts"
import type { Plan } from "../../../core/plan/Plan.ts"
import { assess } from "../../../core/run/assess.ts"
import type { ActionRecord } from "../../../core/store/ActionRecord.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import * as Digest from "../../../core/store/Digest.ts"
import { fakeExecutor } from "../run/FakeExecutor.ts"
import { sketched } from "../run/sketched-plan.ts"
import { runIn } from "../run/watched-run.ts"
import { inStore, temporaryFolder } from "../store/sample-store.ts"

/** The account of a task of a plan, from a store. */
const accountIn = (
  folder: string,
  plan: Plan,
  task: string,
  taskOf: FindEarlierTask = () => Effect.succeed(undefined)
) =>
  inStore(
    folder,
    Effect.gen(function* () {
      const assessment = yield* assess(plan)
      const places = new Places({
        plan,
        document: undefined,
        bundleText: () => undefined,
        contract: "",
        environment: {}
      })
      const facts = { assessment, places, actions: yield* ActionStore, taskOf }
      return yield* accountOfPlan(
        facts,
        plan.tasks.findIndex(({ id }) => id === task)
      )
    })
  )

const rootPhrases = (account: Account): ReadonlyArray<string> =>
  rootsOf(account).map(({ task, phrase }) => `${task}: ${phrase}`)

const diamond = (code: string) =>
  sketched([
    { id: "top", code },
    { id: "left", needs: ["top"] },
    { id: "right", needs: ["top"] },
    { id: "end", needs: ["left", "right"] }
  ])

/** Puts another record in place of each that a store has. The journals, which tell of those, go. */
const rewrite = (folder: string, change: (record: ActionRecord) => ActionRecord) => {
  rmSync(join(folder, "runs"), { recursive: true })
  return inStore(
    folder,
    Effect.gen(function* () {
      const actions = yield* ActionStore
      for (const record of actions.holding()) {
        yield* actions.forget(record.key)
        yield* actions.commit(change(record))
      }
    })
  )
}

describe("an inquiry", () => {
  it.live("goes down every branch and explains each task once", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* runIn(folder, diamond("old"), fakeExecutor())
      const account = yield* accountIn(folder, diamond("new"), "end")
      assert.deepStrictEqual(rootPhrases(account), ["top: code of test/top: main changed"])
      const text = renderAccounts([account])
      assert.strictEqual(text.split("main changed").length - 1, 3, text)
      assert.include(text, "top  explained above")
    })
  )

  it.live("ends in a chain that nobody would read", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const chain = (code: string) =>
        sketched(
          Array.from({ length: 300 }, (_, index) =>
            index === 0 ? { id: "t0", code } : { id: `t${index}`, needs: [`t${index - 1}`] }
          )
        )
      yield* runIn(folder, chain("old"), fakeExecutor())
      const account = yield* accountIn(folder, chain("new"), "t299")
      assert.deepStrictEqual(rootPhrases(account), ["t199: not followed further"])
      assert.deepStrictEqual(rootPhrases(yield* accountIn(folder, chain("new"), "t50")), [
        "t0: code of test/t0: main changed"
      ])
    })
  )

  it.live("names the device and the engine, where results were made with others", () =>
    Effect.gen(function* () {
      for (const [change, expected] of [
        [{ device: "gpu" }, "device gpu→cpu"],
        [{ environment: { engine: "1.0" } }, "environment engine is gone"]
      ] as const) {
        const folder = yield* temporaryFolder
        yield* runIn(folder, diamond("code"), fakeExecutor())
        // Every result was made with another device: its key is another one.
        yield* rewrite(folder, (record) => ({
          ...record,
          key: Digest.ofBytes(Buffer.from(record.key)),
          parts: { ...record.parts, ...change }
        }))
        const account = yield* accountIn(folder, diamond("code"), "top")
        assert.strictEqual(account.state, `to run: ${expected}`)
        assert.deepStrictEqual(rootPhrases(account), [`top: ${expected}`])
        const end = yield* accountIn(folder, diamond("code"), "end")
        // One for all: what is said of many tasks in the same words.
        assert.deepStrictEqual(rootPhrases(end), [`end: ${expected}`])
      }
    })
  )

  it.live("compares the maker of an input with the result that it had, under whatever name that was computed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const made = { id: "a@n=2", param: "1" }
      const read = { id: "b", needs: ["a@n=2"] }
      yield* runIn(folder, { ...sketched([{ id: "a@n=1", param: "1" }]), name: "other" }, fakeExecutor())
      const { folder: had } = yield* runIn(folder, sketched([made, read]), fakeExecutor())
      yield* runIn(folder, sketched([{ ...made, param: "2" }]), fakeExecutor())
      const account = yield* accountIn(folder, sketched([{ ...made, param: "2" }, read]), "b")
      assert.deepStrictEqual(rootPhrases(account), ['a@n=2: param param "1"→"2"'])
      assert.include(renderAccounts([account]), `compared with run ${had.id}`)
    })
  )

  it.live("says of an input that its reference means another task now, and accuses neither of the two", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const makers = [{ id: "a@n=1" }, { id: "a@n=2" }]
      const before = sketched([...makers, { id: "b", needs: ["a@n=1"] }])
      yield* runIn(folder, before, fakeExecutor())
      const reader = before.tasks.find(({ id }) => id === "b")
      assert(reader !== undefined)
      const account = yield* accountIn(folder, sketched([...makers, { id: "b", needs: ["a@n=2"] }]), "b", () =>
        Effect.succeed(earlierTask(before, reader))
      )
      assert.deepStrictEqual(rootPhrases(account), ["b: input in0 a@n=1.out→a@n=2.out"])
    })
  )

  it.live("leads an input back to its reference where that reads what was there before and nobody read", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const makers = [{ id: "a@n=1" }, { id: "a@n=2" }]
      const reader = (needs: ReadonlyArray<string>, fanIn: boolean) => sketched([...makers, { id: "b", needs, fanIn }])
      const had = (plan: Plan): FindEarlierTask => {
        const task = plan.tasks.find(({ id }) => id === "b")
        assert(task !== undefined)
        return () => Effect.succeed(earlierTask(plan, task))
      }
      const [one, both] = [reader(["a@n=1"], false), reader(["a@n=1", "a@n=2"], false)]
      yield* runIn(folder, one, fakeExecutor())
      assert.deepStrictEqual(rootPhrases(yield* accountIn(folder, both, "b", had(one))), ["b: input in1 is new: a.out"])
      const [few, all] = [reader(["a@n=1"], true), reader(["a@n=1", "a@n=2"], true)]
      yield* runIn(folder, few, fakeExecutor())
      assert.deepStrictEqual(rootPhrases(yield* accountIn(folder, all, "b", had(few))), [
        "b: input a.*.out has 1 new (a@n=2)"
      ])
    })
  )

  it.live(
    "leads an input that comes from elsewhere back to the tasks that came and went, where its reference may be as it was",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const reads = (...tasks: ReadonlyArray<string>) =>
          sketched([...tasks.map((id) => ({ id })), { id: "end", needs: tasks.slice(0, 1) }])
        const [before, both] = [reads("fast"), reads("slow", "fast")]
        yield* runIn(folder, before, fakeExecutor())
        yield* runIn(folder, sketched([{ id: "slow" }]), fakeExecutor())
        const last = before.tasks.at(-1)
        assert(last !== undefined)
        const had: FindEarlierTask = () => Effect.succeed(earlierTask(before, last))
        const gone = yield* accountIn(folder, reads("slow"), "end", had)
        assert.strictEqual(gone.state, "to run: input in0 fast.out→slow.out")
        assert.deepStrictEqual(rootPhrases(gone), ["slow: task slow is new", "fast: task fast is gone"])
        // It is still there, and not read any more.
        assert.deepStrictEqual(rootPhrases(yield* accountIn(folder, both, "end", had)), [
          "end: input in0 fast.out→slow.out"
        ])
      })
  )

  it.live("leads a fan-in that waits back to the tasks that came, and no further where it reads those of before", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const all = (code: string, ...needs: ReadonlyArray<string>) =>
        sketched([...needs.map((id) => ({ id, code })), { id: "all", needs, fanIn: true, param: code }])
      const before = all("old", "a@n=1", "a@n=2")
      yield* runIn(folder, before, fakeExecutor())
      const last = before.tasks.at(-1)
      assert(last !== undefined)
      const had: FindEarlierTask = ({ task }) => Effect.succeed(task === "all" ? earlierTask(before, last) : undefined)
      const account = yield* accountIn(folder, all("old", "a@n=1", "a@n=2", "a@n=3"), "all", had)
      assert.strictEqual(account.state, "to run: input a.*.out has 1 new (a@n=3); after a")
      assert.strictEqual(rootPhrases(account)[0], "a@n=3: task a@n=3 is new")
      assert.notInclude(rootPhrases(account).join(), "all:")
      const later = yield* accountIn(folder, all("new", "a@n=1", "a@n=2"), "all", had)
      assert.deepStrictEqual(rootPhrases(later), [
        'all: param param "old"→"new"',
        "a@n=1: code of test/a: main changed"
      ])
    })
  )

  it.live("calls no task new that had a result by then, where nobody knows the plan of then any more", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const all = (...needs: ReadonlyArray<string>) =>
        sketched([...["a@n=1", "b@n=1"].map((id) => ({ id })), { id: "all", needs, fanIn: true }])
      yield* runIn(folder, sketched([{ id: "b@n=1" }]), fakeExecutor())
      yield* runIn(folder, all("a@n=1"), fakeExecutor())
      const forgotten: FindEarlierTask = () => Effect.undefined
      const account = yield* accountIn(folder, all("a@n=1", "b@n=1"), "all", forgotten)
      assert.lengthOf(rootPhrases(account), 1)
      assert.match(rootPhrases(account).join(), /^all: input .* has 1 new/u)
    })
  )

  it.live("says of a result whose bytes are others, though nothing in its key is, that it was computed anew", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const both = sketched([{ id: "a" }, { id: "b", needs: ["a"] }])
      yield* runIn(folder, both, fakeExecutor())
      const other = fakeExecutor(({ task }) => Effect.succeed(`${task}, otherwise`))
      const { folder: anew } = yield* runIn(folder, sketched([{ id: "a" }]), other, { forced: new Set([0]) })
      const account = yield* accountIn(folder, both, "b")
      assert.strictEqual(account.state, "to run: input a.out changed")
      const [root] = rootsOf(account)
      assert(root !== undefined)
      assert.match(
        root.phrase,
        /^computed in run (?<run>\S+) anew, with other bytes than in run \S+ from the same key$/u
      )
      assert.include(root.phrase, anew.id)
    })
  )
})
