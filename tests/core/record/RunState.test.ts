import { assert, describe, it } from "@effect/vitest"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { FLAWLESS } from "../../../core/record/JournalFlaws.ts"
import { fold, outcomeOf, paramsOf, type TaskStatus } from "../../../core/record/RunState.ts"
import { digest, EVENTS } from "./sample-run.ts"

const { runStarted, hit, ready, started, attemptFailed, startedAgain, finished, failed, skipped, log, runFinished } =
  EVENTS

/** The state of the one task that the events are about. */
const taskOf = (...events: ReadonlyArray<JournalEvent>) => {
  const task = fold(events).tasks.get("circle")
  assert(task !== undefined)
  return task
}

const NONE = { ran: 0, hit: 0, failed: 0, skipped: 0 }

const HISTORIES: ReadonlyArray<
  readonly [
    name: string,
    events: ReadonlyArray<JournalEvent>,
    status: TaskStatus,
    counts: ReturnType<typeof fold>["counts"]
  ]
> = [
  ["a hit", [hit], "hit", { ...NONE, hit: 1 }],
  ["a task whose inputs are there", [ready], "ready", NONE],
  ["a task that is computed", [ready, started], "running", NONE],
  ["a task that spoke", [ready, started, log], "running", NONE],
  ["a task that waits for its second attempt", [ready, started, attemptFailed], "ready", NONE],
  ["a second attempt", [ready, started, attemptFailed, startedAgain], "running", NONE],
  ["a task that succeeded", [ready, started, finished], "done", { ...NONE, ran: 1 }],
  [
    "a task that succeeded at its second attempt",
    [ready, started, attemptFailed, startedAgain, finished],
    "done",
    { ...NONE, ran: 1 }
  ],
  ["a task that failed for good", [ready, started, attemptFailed, failed], "failed", { ...NONE, failed: 1 }],
  ["a task that was not run", [skipped], "skipped", { ...NONE, skipped: 1 }],
  ["a task that was ready when the run was interrupted", [ready, skipped], "skipped", { ...NONE, skipped: 1 }]
]

describe("fold", () => {
  for (const [name, events, status, counts] of HISTORIES) {
    it(`calls ${name} "${status}"`, () => {
      const state = fold([runStarted, ...events])
      assert.strictEqual(state.tasks.get("circle")?.status, status)
      assert.deepStrictEqual(state.counts, counts)
      assert.strictEqual(state.outcome, undefined)
    })
  }

  it("takes in a hundred thousand lines of one task in no time", () => {
    const before = performance.now()
    const { logs } = taskOf(ready, started, ...Array.from({ length: 100_000 }, () => log), finished)
    assert.lengthOf(logs, 100_000)
    assert.isBelow(performance.now() - before, 1000)
  })

  it("knows nothing of a run without events", () => {
    const state = fold([])
    assert.deepStrictEqual(state, {
      started: undefined,
      endedAt: undefined,
      outcome: undefined,
      counts: NONE,
      tasks: new Map(),
      flaws: FLAWLESS
    })
    assert.strictEqual(outcomeOf(state), "unfinished")
    assert.deepStrictEqual(paramsOf(state), {})
  })

  it("keeps how the run started and ended", () => {
    const state = fold([runStarted, runFinished])
    assert.strictEqual(state.started, runStarted)
    assert.strictEqual(state.endedAt, 1009)
    assert.deepStrictEqual(paramsOf(state), { widths: [100, 500] })
    for (const outcome of ["success", "failure", "interrupted"] as const) {
      assert.strictEqual(outcomeOf(fold([runStarted, { ...runFinished, outcome }])), outcome)
    }
    assert.strictEqual(outcomeOf(fold([runStarted])), "unfinished")
  })

  it("keeps why a task was not cached, and when it was ready and ended", () => {
    assert.deepInclude(taskOf(ready, started, finished), {
      key: digest("key"),
      reason: "no result yet",
      spanId: "task",
      readyAt: 1002,
      endedAt: 1006
    })
    assert.deepInclude(taskOf(hit), { key: digest("key"), spanId: "hit", readyAt: 1001, endedAt: 1001 })
    assert.deepInclude(taskOf(skipped), { because: "limit failed", endedAt: 1008 })
    assert.deepInclude(taskOf(ready, started, attemptFailed, failed), { endedAt: 1007 })
  })

  it("keeps each attempt with its own error and end", () => {
    assert.deepStrictEqual(taskOf(ready, started, attemptFailed, startedAgain, finished).attempts, [
      { attempt: 1, worker: "1", spanId: "one", startedAt: 1003, endedAt: 1004, error: attemptFailed.error },
      { attempt: 2, worker: "2", spanId: "two", startedAt: 1005, endedAt: 1006 }
    ])
    assert.deepStrictEqual(taskOf(ready, started).attempts, [
      { attempt: 1, worker: "1", spanId: "one", startedAt: 1003 }
    ])
  })

  it("keeps outputs, metrics and costs of a task that succeeded", () => {
    assert.deepInclude(taskOf(ready, started, finished), {
      outputs: { points: digest("points") },
      metrics: { loss: 0.5 },
      cpuMillis: 7,
      peakMemory: 8
    })
  })

  it("keeps messages in order, whatever comes between them", () => {
    const task = taskOf(ready, started, log, attemptFailed, startedAgain, { ...log, message: "again" }, finished)
    assert.deepStrictEqual(task.logs, [
      { level: "Warn", message: "careful" },
      { level: "Warn", message: "again" }
    ])
  })

  it("keeps tasks apart and in the order in which they were first heard of", () => {
    const other = (event: JournalEvent): JournalEvent => ({ ...event, task: "limit" }) as JournalEvent
    const state = fold([ready, other(ready), started, other(started), other(attemptFailed), other(failed), finished])
    assert.deepStrictEqual(
      [...state.tasks].map(([task, { status }]) => [task, status]),
      [
        ["circle", "done"],
        ["limit", "failed"]
      ]
    )
    assert.deepStrictEqual(state.counts, { ...NONE, ran: 1, failed: 1 })
  })
})
