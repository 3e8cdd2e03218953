import { assert, describe, it } from "vitest"
import type { PastRun } from "../../../core/record/RunHistory.ts"
import { fold } from "../../../core/record/RunState.ts"
import { factsOf, judgementsOf } from "../../../core/schedule/facts-of-run.ts"

const finished = (task: string, metrics: { readonly [name: string]: number }, from: number, to: number) =>
  [
    { _tag: "AttemptStarted", at: from, task, attempt: 1, worker: "w", spanId: "s" },
    {
      ...{ _tag: "TaskFinished", at: to, task, attempt: 1, key: `key of ${task}`, outputs: { x: `bytes of ${task}` } },
      ...{ metrics, cpuMillis: 0, peakMemory: 0 }
    }
  ] as const

const expected = (metric: string, bound: number) => ({
  metric: { value: metric },
  tolerance: { _tag: "AtMost", bound },
  origin: "paper"
})

/** A run of which one stage was computed, one only in part, and one not at all. */
const RUN = {
  folder: { id: "r" },
  plan: {
    tasks: [{ id: "a@n=1" }, { id: "a@n=2" }, { id: "b@n=1" }, { id: "b@n=2" }, { id: "c" }],
    stages: [
      { id: "a", tasks: [0, 1], determinism: "bitwise" },
      { id: "b", tasks: [2, 3], determinism: { tolerance: 1e-6 } },
      { id: "c", tasks: [4], determinism: "libm" }
    ],
    expectations: [
      { task: 0, metric: "loss", expected: expected("a@n=1.loss", 2) },
      { task: 4, metric: "loss", expected: expected("c.loss", 2) },
      { task: 4, metric: "other", expected: expected("c.other", 2) }
    ]
  },
  state: fold([
    ...finished("a@n=1", { loss: 1 }, 1000, 1500),
    ...finished("a@n=2", { loss: 2 }, 1500, 1800),
    ...finished("b@n=1", { loss: 3 }, 1000, 1100),
    ...(["b@n=2", "c"] as const).map((task) => ({
      ...{ _tag: "TaskHit", at: 900, task, key: "k", outputs: { x: "found" }, metrics: { loss: 9 } }
    }))
  ] as never)
} as unknown as PastRun

describe("the facts of a run", () => {
  const facts = factsOf(RUN)

  it("have the metrics that it has computed itself, and not those that it found", () => {
    assert.deepStrictEqual(Object.fromEntries(facts.metrics), { "a@n=1.loss": 1, "a@n=2.loss": 2, "b@n=1.loss": 3 })
  })

  it("have the time of stages that it has computed as a whole", () => {
    assert.deepStrictEqual(Object.fromEntries(facts.stages), { a: 800 })
  })

  it("have the bytes of what has only one result", () => {
    assert.deepStrictEqual([...facts.results.keys()], ["a@n=1", "a@n=2"])
    assert.deepStrictEqual(facts.results.get("a@n=1") as unknown, {
      key: "key of a@n=1",
      outputs: { x: "bytes of a@n=1" }
    })
  })

  it("have how expectations stand, also by what was found", () => {
    assert.deepStrictEqual(Object.fromEntries(facts.verdicts), {
      "a@n=1.loss": "met",
      "c.loss": "missed",
      "c.other": "not recorded"
    })
  })
})

describe("what an expectation lacks", () => {
  it("is said as in the report: a task that failed could record nothing", () => {
    const event = { at: 1, task: "c" }
    const words = (...events: ReadonlyArray<object>) =>
      judgementsOf({ ...RUN, state: fold(events as never) }).map((judgement) => judgement.words)[1]
    assert.strictEqual(words(), "its task has not run")
    assert.strictEqual(words({ ...event, _tag: "TaskFailed" }), "its task failed")
    assert.strictEqual(words({ ...event, _tag: "TaskSkipped", because: "a" }), "its task was skipped")
    assert.strictEqual(
      words(...finished("c", { los: 1 }, 0, 1)),
      "its stage recorded no such metric; did you mean c.los?"
    )
  })
})
