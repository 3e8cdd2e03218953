import { assert, describe, it } from "@effect/vitest"
import type { RunSpan } from "../../../core/observe/RunSpan.ts"
import { spansOf } from "../../../core/observe/spans.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import type { SpanBatch } from "../../../core/record/KeptSpan.ts"
import { ofValue } from "../../../core/store/Digest.ts"
import { event, START } from "./sample-plan.ts"

const project = (...events: ReadonlyArray<JournalEvent>): ReadonlyArray<RunSpan> =>
  spansOf(events.map((one, sequence) => ({ sequence, event: one })))

/** A hit, a task that succeeds at the second attempt, one that fails, one that is skipped. */
const eventful: ReadonlyArray<JournalEvent> = [
  event.runStarted(4),
  event.hit(0, "circle", "00000000000000c1"),
  event.ready(0.1, "empirical@n=3", "00000000000000e1"),
  event.ready(0.1, "limit", "00000000000000a1"),
  event.attempt(0.6, "empirical@n=3", 1, "00000000000000e2"),
  event.attempt(0.6, "limit", 1, "00000000000000a2"),
  event.log(1, "empirical@n=3", "warn", "step halved"),
  event.attemptFailed(2, "empirical@n=3", "residual 0.3", 500),
  event.attempt(2.5, "empirical@n=3", 2, "00000000000000e3"),
  event.finished(4, "empirical@n=3", { loss: 0.25 }),
  event.attemptFailed(5, "limit", "diverged"),
  event.failed(5, "limit"),
  event.skipped(5, "curves", "limit failed"),
  event.runFinished(5.5, "failure")
]

const spanOf = (spans: ReadonlyArray<RunSpan>, id: string): RunSpan => {
  const found = spans.find(({ spanId }) => spanId === id)
  assert(found !== undefined, id)
  return found
}

describe("spansOf", () => {
  const spans = project(...eventful)

  it("makes a tree of the run, its tasks, their waiting times and attempts", () => {
    const depth = (span: RunSpan): number =>
      span.parentSpanId === undefined ? 0 : 1 + depth(spanOf(spans, span.parentSpanId))
    const seconds = (at: number) => (at - START) / 1000
    assert.deepStrictEqual(
      spans.map((span) => `${" ".repeat(depth(span))}${span.name} ${seconds(span.startedAt)}-${seconds(span.endedAt)}`),
      [
        "RUN sample 0-5.5",
        " circle 0-0",
        " empirical 0.1-4",
        "  queue wait 0.1-0.6",
        "  attempt 0.6-2",
        "  backoff 2-2.5",
        "  attempt 2.5-4",
        " limit 0.1-5",
        "  queue wait 0.1-0.6",
        "  attempt 0.6-5",
        " curves 5-5"
      ]
    )
  })

  it("says nothing of processor time and memory that were not measured", () => {
    const unmeasured = eventful.map((entry) =>
      entry._tag === "TaskFinished" ? { ...entry, cpuMillis: 0, peakMemory: 0 } : entry
    )
    const { attributes } = spanOf(project(...unmeasured), "00000000000000e1")
    assert.deepStrictEqual(
      Object.keys(attributes).filter((name) => name.startsWith("process.")),
      []
    )
  })

  it("takes the ids of the events", () => {
    const ids = spans.filter(({ role }) => role !== "queue" && role !== "backoff").map(({ spanId }) => spanId)
    assert.deepStrictEqual(ids.slice(0, -1), [
      "b7ad6b7169203331",
      "00000000000000c1",
      "00000000000000e1",
      "00000000000000e2",
      "00000000000000e3",
      "00000000000000a1",
      "00000000000000a2"
    ])
    assert.isTrue(spans.every(({ traceId }) => traceId === "0af7651916cd43dd8448eb211c80319c"))
  })

  it("tells of a hit, a repetition, a failure and a skipped task in attributes and events", () => {
    const key = ofValue("test", 0)
    const hit = spanOf(spans, "00000000000000c1")
    assert.deepInclude(hit.attributes, { "cicd.pipeline.task.name": "circle", "cache.hit": true, "task.key": key })
    assert.deepStrictEqual(
      hit.events.map(({ name }) => name),
      ["cache.hit"]
    )
    const done = spanOf(spans, "00000000000000e1")
    assert.deepInclude(done.attributes, {
      "cicd.pipeline.task.name": "empirical",
      "matrix.n": 3,
      "task.id": "empirical@n=3",
      "task.attempts": 2,
      "cache.hit": false,
      "cache.reason": "never run",
      "metric.loss": 0.25,
      "process.cpu.time_ms": 1200
    })
    assert.strictEqual(done.status, "ok")
    const first = spanOf(spans, "00000000000000e2")
    assert.strictEqual(first.status, "error")
    assert.deepStrictEqual(
      first.events.map(({ name, attributes }) => [name, attributes["exception.message"] ?? attributes["log.message"]]),
      [
        ["exception", "residual 0.3"],
        ["log", "step halved"]
      ]
    )
    const failed = spanOf(spans, "00000000000000a1")
    assert.deepInclude(failed.attributes, { "error.type": "NotConverged", "cicd.pipeline.task.run.result": "failure" })
    assert.strictEqual(failed.statusMessage, "diverged")
    assert.deepInclude(spans.at(-1)?.attributes, { "skip.reason": "limit failed", "task.id": "curves" })
  })

  it("tells what the run was", () => {
    const [root] = spans
    assert.deepInclude(root?.attributes, {
      "cicd.pipeline.name": "sample",
      "cicd.pipeline.result": "failure",
      "pipeline.param.widths": "[1,2]",
      "pipeline.param.beta": 0.1,
      "pipeline.tasks_failed": 1,
      "environment.athanor": "0.1.0"
    })
    assert.strictEqual(root?.statusMessage, "1 task failed")
  })

  it("keeps stack traces, which name folders of the machine, out", () => {
    assert.notInclude(JSON.stringify(spans), "/home/someone")
  })

  it("keeps every part within its whole, also in a journal that was cut off anywhere", () => {
    for (let length = 1; length <= eventful.length; length++) {
      const some = project(...eventful.slice(0, length))
      assert.strictEqual(new Set(some.map(({ spanId }) => spanId)).size, some.length)
      for (const span of some) {
        assert.isAtLeast(span.endedAt, span.startedAt)
        if (span.parentSpanId === undefined) continue
        const parent = spanOf(some, span.parentSpanId)
        assert.isAtLeast(span.startedAt, parent.startedAt, span.name)
        assert.isAtMost(span.endedAt, parent.endedAt, span.name)
      }
    }
  })

  it("says of a run that died that it did, and ends what was open with the last event", () => {
    const [root, task, attempt] = project(
      event.runStarted(1),
      event.ready(0, "limit"),
      event.attempt(0, "limit"),
      event.log(3, "limit", "info", "last words")
    )
    assert.strictEqual(root?.statusMessage, "the run died")
    assert.strictEqual(root?.attributes["cicd.pipeline.result"], "error")
    assert.strictEqual(task?.attributes["cicd.pipeline.task.run.result"], "cancellation")
    assert.deepStrictEqual(
      [root, task, attempt].map((span) => span?.endedAt),
      [START + 3000, START + 3000, START + 3000]
    )
  })

  it("ends with a run that was interrupted the attempts that ran then, and says so of their tasks", () => {
    const all = spansOf(
      [
        event.runStarted(4),
        ...["a", "b", "c"].map((task) => event.ready(0, task)),
        event.attempt(1, "a", 1, "00000000000000a2"),
        event.attempt(1, "b", 1, "00000000000000b2"),
        event.attemptFailed(2, "b", "residual 0.3", 5000),
        ...["a", "b", "c", "d"].map((task) => event.skipped(4, task, "the run ended")),
        event.runFinished(4, "interrupted")
      ].map((one) => ({ event: one })),
      [{ below: "attempt", attempt: "00000000000000a2", base: START, spans: [{ id: 1, name: "epoch", start: 2000 }] }]
    )
    assert.deepStrictEqual(
      all.map((span) => [
        span.name,
        (span.startedAt - START) / 1000,
        (span.endedAt - START) / 1000,
        span.attributes["cicd.pipeline.task.run.result"]
      ]),
      [
        ["RUN sample", 0, 4, undefined],
        ["a", 0, 4, "cancellation"],
        ["queue wait", 0, 1, undefined],
        ["attempt", 1, 4, "cancellation"],
        ["epoch", 2, 4, undefined],
        ["b", 0, 4, "cancellation"],
        ["queue wait", 0, 1, undefined],
        ["attempt", 1, 2, "failure"],
        ["c", 0, 4, "skip"],
        ["d", 4, 4, "skip"]
      ]
    )
    assert.deepInclude(all[0]?.attributes, { "pipeline.tasks_skipped": 4 })
  })

  it("derives ids that are missing, malformed or used twice, the same ones each time", () => {
    const ids = (last: string) =>
      project(
        event.runStarted(3),
        event.hit(0, "a"),
        event.hit(0, "b", "xyz"),
        event.hit(0, "c", "0000000000000000"),
        event.hit(0, "d", "b7ad6b7169203331"),
        event.hit(0, last, "00000000000000ff")
      ).map(({ spanId }) => spanId)
    assert.deepStrictEqual(ids("e"), ids("e"))
    assert.strictEqual(new Set(ids("e")).size, 6)
    for (const id of ids("e")) assert.match(id, /^[0-9a-f]{16}$/u)
    assert.strictEqual(ids("e").at(-1), "00000000000000ff")
  })

  it("hangs the run below the span of the program that started it", () => {
    const [root] = project({ ...event.runStarted(0), parentSpanId: "00f067aa0ba902b7" } as JournalEvent)
    assert.strictEqual(root?.parentSpanId, "00f067aa0ba902b7")
  })

  it("counts the events that are too many, and cuts texts that are too long", () => {
    const chatter = Array.from({ length: 300 }, () => event.log(1, "a", "info", "x".repeat(5000)))
    const attempt = project(event.runStarted(1), event.ready(0, "a"), event.attempt(0, "a"), ...chatter).at(-1)
    assert.strictEqual(attempt?.events.length, 128)
    assert.strictEqual(attempt?.droppedEvents, 172)
    assert.isAtMost(Buffer.byteLength(String(attempt?.events[0]?.attributes["log.message"])), 4096)
  })

  it("keeps spans of workers within their attempts, whatever their clocks say, and each once", () => {
    const kept = (base: number, ...own: SpanBatch["spans"]): SpanBatch => ({
      below: "attempt",
      attempt: "00000000000000a2",
      base,
      spans: own
    })
    const all = spansOf(
      [
        event.runStarted(1),
        event.ready(0, "a"),
        event.attempt(1, "a", 1, "00000000000000a2"),
        event.finished(2, "a")
      ].map((one) => ({ event: one })),
      [
        kept(START + 900, { id: 1, name: "early", start: 0 }),
        kept(
          START + 900,
          { id: 1, name: "early", start: 0, end: 500 },
          { id: 2, parent: 1, name: "child", start: 50, end: 900 }
        ),
        kept(START + 1000, { id: 3, parent: 99, name: "of nobody", start: 900, end: 5000 })
      ]
    )
    const attempt = spanOf(all, "00000000000000a2")
    const inner = all.filter(({ role }) => role === "inner")
    assert.deepStrictEqual(
      inner.map(({ endedAt, name, service, startedAt }) => [name, startedAt - START, endedAt - START, service]),
      [
        ["early", 1000, 1400, "worker"],
        ["child", 1000, 1400, "worker"],
        ["of nobody", 1900, 2000, "worker"]
      ]
    )
    assert.deepStrictEqual(
      inner.map(({ parentSpanId }) => parentSpanId),
      [attempt.spanId, inner[0]?.spanId, attempt.spanId]
    )
  })

  it("has a second span of a task whose result was damaged and computed again", () => {
    const all = project(
      event.runStarted(1),
      event.hit(0, "a"),
      event.ready(5, "a"),
      event.attempt(6, "a", 1, "00000000000000a2"),
      event.finished(7, "a"),
      event.runFinished(8, "success")
    )
    assert.deepStrictEqual(
      all.map(({ endedAt, name, startedAt }) => [name, startedAt - START, endedAt - START]),
      [
        ["RUN sample", 0, 8000],
        ["a", 0, 0],
        ["a", 5000, 7000],
        ["queue wait", 5000, 6000],
        ["attempt", 6000, 7000]
      ]
    )
    assert.deepInclude(all[0]?.attributes, { "pipeline.tasks_ran": 1, "pipeline.tasks_hit": 0 })
  })

  it("bounds what is said: 128 attributes and 4 KiB a value, the rest counted", () => {
    const metrics = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`m${n}`, n]))
    const [, task] = project(
      event.runStarted(1),
      event.ready(0, "a"),
      event.attempt(0, "a"),
      event.finished(1, "a", metrics)
    )
    assert.strictEqual(Object.keys(task?.attributes ?? {}).length, 128)
    assert.strictEqual(
      task?.droppedAttributes,
      200 + Object.keys(task?.attributes ?? {}).filter((name) => !name.startsWith("metric.")).length - 128
    )
    const [, failed] = project(event.runStarted(1), event.ready(0, "a"), event.skipped(1, "a", "é".repeat(5000)))
    assert.isAtMost(Buffer.byteLength(String(failed?.attributes["skip.reason"])), 4096)
  })

  it("says that a run goes on whose process lives", () => {
    const [root] = spansOf([{ event: event.runStarted(1) }], [], { goingOnAt: START })
    assert.strictEqual(root?.status, "unset")
    assert.notProperty(root?.attributes ?? {}, "cicd.pipeline.result")
  })

  it("ends what is open in a run that goes on now, not with the last event", () => {
    const events = [
      event.runStarted(2),
      event.ready(0, "a"),
      event.ready(0, "b"),
      event.attempt(1, "a"),
      event.attempt(1, "b"),
      event.finished(2, "b")
    ].map((one) => ({ event: one }))
    const ends = (goingOnAt: number) =>
      spansOf(events, [], { goingOnAt })
        .filter(({ name }) => name !== "queue wait")
        .map(({ endedAt, name }) => [name, (endedAt - START) / 1000])
    const now = [
      ["RUN sample", 12],
      ["b", 2],
      ["attempt", 2],
      ["a", 12],
      ["attempt", 12]
    ]
    assert.deepStrictEqual(ends(START + 12_000), now)
    // A clock that was set back takes nothing from what is recorded.
    assert.deepStrictEqual(ends(START)[0], ["RUN sample", 2])
  })

  it("has nothing to tell of a journal that does not begin", () => {
    assert.deepStrictEqual(project(), [])
    assert.deepStrictEqual(project(event.hit(0, "a")), [])
  })
})
