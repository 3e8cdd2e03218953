/** Sends the spans of a run that is over to the collector that the standard OpenTelemetry variables name, Jaeger for instance. */
import { Data, Effect, Fiber } from "effect"
import type { Environment } from "./Environment.ts"
import { endpointOf, shownUrl, targetOf } from "./export-target.ts"
import type { RunSpan } from "./RunSpan.ts"
import { SpanExport } from "./SpanExport.ts"
import { traceResources } from "./trace-resource.ts"

/** The spans did not all arrive. */
export class TraceNotSent extends Data.TaggedError("TraceNotSent")<{
  readonly sent: number
  readonly total: number
  /** Where to, without user name and password, and what was answered. */
  readonly reason: string
}> {
  override get message(): string {
    return `the trace was not sent to ${this.reason} (${this.sent} of ${this.total} spans arrived)`
  }
}

/** The variables name no collector, or none that can be spoken with. */
export class NoCollector extends Data.TaggedError("NoCollector")<{ readonly message: string }> {}

const UNNAMED = "no collector is named; OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 names Jaeger on this machine"

/** Milliseconds without a span arriving after which the rest is given up. */
const PATIENCE = 30_000

/** Sends all spans, in order, and waits until they have arrived. Where they went, without user name and password. */
export const exportTrace = Effect.fnUntraced(function* (
  spans: ReadonlyArray<RunSpan>,
  env: Environment,
  patience = PATIENCE
) {
  const target = targetOf(env)
  if (target === undefined) return yield* new NoCollector({ message: UNNAMED })
  if ("fault" in target) return yield* new NoCollector({ message: target.fault })
  const sending = new SpanExport({ target, resources: traceResources(env), capacity: Number.POSITIVE_INFINITY })
  sending.offer(spans)
  const fiber = yield* Effect.forkChild(sending.pump)
  yield* sending.close
  yield* untilIdle(fiber, sending, patience)
  const { reason, sent, total } = sending.result
  if (reason !== undefined) return yield* new TraceNotSent({ sent, total, reason })
  return shownUrl(endpointOf(env) ?? "")
})

/** Waits for the end of a fiber as long as something arrives now and then. */
const untilIdle = (fiber: Fiber.Fiber<void>, sending: SpanExport, patience: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { sent } = sending.result
    return Effect.timeoutOrElse(Fiber.await(fiber), {
      duration: patience,
      orElse: () =>
        Effect.suspend(() =>
          sending.result.sent > sent ? untilIdle(fiber, sending, patience) : Fiber.interrupt(fiber)
        )
    })
  })
