import { assert, describe, it } from "@effect/vitest"
import { jaegerJson } from "../../../core/observe/jaeger-json.ts"
import { spansOf } from "../../../core/observe/spans.ts"
import { SCOPE, traceResources } from "../../../core/observe/trace-resource.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import type { SpanBatch } from "../../../core/record/KeptSpan.ts"
import golden from "./jaeger-golden.json" with { type: "json" }
import { event, START } from "./sample-plan.ts"

const EARLIER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" }

/** A hit, and a task that fails; its attempt has a span of the stage, which ends after it by the clock of its worker. */
const events: ReadonlyArray<JournalEvent> = [
  event.runStarted(2),
  { ...event.hit(0, "circle@n=3"), computedIn: `00-${EARLIER.traceId}-${EARLIER.spanId}-01` } as JournalEvent,
  event.ready(0, "limit"),
  event.attempt(0.5, "limit", 1, "00000000000000a2"),
  event.attemptFailed(1.25, "limit", "diverged"),
  event.failed(1.25, "limit"),
  event.runFinished(1.5, "failure")
]

const batch: SpanBatch = {
  below: "attempt",
  attempt: "00000000000000a2",
  base: START + 500.5,
  spans: [
    {
      id: 1,
      name: "solve",
      start: 10.125,
      end: 751,
      error: { tag: "NotConverged", message: "diverged" },
      attributes: { "solver.size": 61, "solver.rate": 0.5 },
      events: [{ name: "epoch", at: 20, attributes: { loss: 2 } }]
    }
  ]
}

describe("jaegerJson", () => {
  it("is the file that Jaeger's user interface was seen to open", () => {
    const spans = spansOf(
      events.map((one) => ({ event: one })),
      [batch],
      { reproduces: () => EARLIER }
    )
    const text = jaegerJson(spans, traceResources({ OTEL_RESOURCE_ATTRIBUTES: "host.arch=amd64" }))
    const file: unknown = JSON.parse(text.replaceAll(`"${SCOPE.version}"`, '"VERSION"'))
    assert.deepStrictEqual(file, golden)
  })

  it("has no trace of a run of which nothing is known", () => {
    assert.deepInclude(JSON.parse(jaegerJson([], traceResources({}))), { data: [] })
  })
})
