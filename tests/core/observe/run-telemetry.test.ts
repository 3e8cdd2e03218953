import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { openTelemetry, type TelemetryOptions } from "../../../core/observe/run-telemetry.ts"
import { spansOf } from "../../../core/observe/spans.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { attributesOf, collect, type Reply, spansIn } from "./collector.ts"
import { event } from "./sample-plan.ts"

/** A run of so many tasks, each with two attempts. */
const eventsOf = (tasks: number): ReadonlyArray<JournalEvent> => [
  event.runStarted(tasks),
  ...Array.from({ length: tasks }, (_, n) => [
    event.ready(1, `s@n=${n}`, (1 * 2 ** 40 + n).toString(16).padStart(16, "0")),
    event.attempt(2, `s@n=${n}`, 1, (2 * 2 ** 40 + n).toString(16).padStart(16, "0")),
    event.attemptFailed(3, `s@n=${n}`, "again", 1000),
    event.attempt(4, `s@n=${n}`, 2, (3 * 2 ** 40 + n).toString(16).padStart(16, "0")),
    event.finished(5, `s@n=${n}`)
  ]).flat(),
  event.runFinished(6, "success")
]

const telemetryOf = (answer: (request: number) => number | Reply, options: TelemetryOptions = {}) =>
  Effect.gen(function* () {
    const collector = yield* collect(answer)
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRICS_EXPORTER: "none" }
    const telemetry = yield* openTelemetry(env, options)
    assert(typeof telemetry !== "string")
    return { collector, telemetry }
  })

describe("a run that is sent while it goes on", () => {
  it.live("arrives as its journal tells it afterwards, in several requests", () =>
    Effect.gen(function* () {
      const { collector, telemetry } = yield* telemetryOf(() => 200)
      const events = eventsOf(1000)
      for (const [n, one] of events.entries()) {
        telemetry.observer.onEvent(one)
        if (n % 1000 === 0) yield* Effect.sleep(20)
      }
      const result = yield* telemetry.close
      assert.deepStrictEqual(result, { sent: 5001, total: 5001, reason: undefined })
      assert.deepStrictEqual(collector.faults, [])
      assert.isAbove(collector.requests.length, 2)
      const told = spansOf(events.map((one) => ({ event: one })))
      const ids = (all: ReadonlyArray<{ readonly spanId: string }>) => all.map(({ spanId }) => spanId).sort()
      assert.deepStrictEqual(ids(spansIn(collector.requests)), ids(told))
    })
  )

  it.live("loses to a collector that never answers what there was no room for, and says so", () =>
    Effect.gen(function* () {
      const { telemetry } = yield* telemetryOf(() => 0, { capacity: 100, patience: 100 })
      for (const one of eventsOf(100)) telemetry.observer.onEvent(one)
      const begun = performance.now()
      const result = yield* telemetry.close
      assert.isBelow(performance.now() - begun, 2000)
      assert.deepInclude(result, { sent: 0, total: 501 })
      assert.match(result?.reason ?? "", /v1\/traces: /u)
    })
  )

  it.live("is kept for a collector that is busy for a while, and arrives once", () =>
    Effect.gen(function* () {
      const busy: Reply = { status: 503, retryAfter: "0" }
      const { collector, telemetry } = yield* telemetryOf((request) => (request < 3 ? busy : 200))
      for (const one of eventsOf(10)) telemetry.observer.onEvent(one)
      const result = yield* telemetry.close
      assert.deepStrictEqual(result, { sent: 51, total: 51, reason: undefined })
      assert.lengthOf(spansIn(collector.requests), 51)
    })
  )

  it.live.each([400, 401, 404])("is not sent again to one that refuses it with %i", (status) =>
    Effect.gen(function* () {
      const { collector, telemetry } = yield* telemetryOf(() => status)
      for (const one of eventsOf(1)) telemetry.observer.onEvent(one)
      const result = yield* telemetry.close
      assert.deepInclude(result, { sent: 0, total: 6 })
      assert.include(result?.reason ?? "", `HTTP ${status}`)
      assert.lengthOf(collector.paths, 1)
    })
  )

  it.live("counts by stage, and stops telling who does not want to know", () =>
    Effect.gen(function* () {
      const collector = yield* collect()
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_EXPORTER: "none" }
      const telemetry = yield* openTelemetry(env, {})
      assert(typeof telemetry !== "string")
      for (const one of [event.runStarted(5), event.hit(0, "circle"), ...eventsOf(3).slice(1)]) {
        telemetry.observer.onEvent(one)
      }
      const attributes = { "artifact.bytes": 5000 }
      telemetry.observer.onSpans({
        below: "task",
        attempt: "3".repeat(16),
        base: 1e12,
        spans: [{ id: 1, name: "artifact put", start: 0, end: 1, attributes }]
      })
      assert.isUndefined(yield* telemetry.close)
      assert.deepStrictEqual([...collector.faults, ...collector.paths], ["/v1/metrics"])
      const told = collector.metrics.flatMap(({ resourceMetrics }) =>
        resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      )
      const points = (name: string) => {
        const metric = told.find((one) => one.name === name)
        return (metric?.sum ?? metric?.histogram ?? metric?.gauge)?.dataPoints.map(
          ({ attributes: given, ...value }) => ({
            ...attributesOf(given),
            ...value
          })
        )
      }
      const tasks = points("athanor.tasks")?.map(
        (point): ReadonlyArray<unknown> => [Object.values(point).slice(0, 4), point.asDouble]
      )
      assert.deepStrictEqual(tasks, [
        [["sample", "circle", "success", true], 1],
        [["sample", "s", "success", false], 3]
      ])
      const durations = points("athanor.task.duration") ?? []
      assert.deepStrictEqual(
        durations.map((point) => [Reflect.get(point, "cicd.pipeline.task.run.result"), point.count, point.sum]),
        [
          ["failure", "3", 3],
          ["success", "3", 3]
        ]
      )
      assert.strictEqual(points("athanor.artifact.written")?.[0]?.asDouble, 5000)
      assert.strictEqual(points("athanor.task.queue_wait")?.[0]?.count, "6")
    })
  )
})
