/** Tells a collector of a run while it goes on: spans as they end, and what is counted. */
import { Deferred, Effect, Fiber } from "effect"
import type { RunObserverShape } from "../run/RunObserver.ts"
import type { Environment } from "./Environment.ts"
import { type ExportTarget, targetOf, wantsExport } from "./export-target.ts"
import { METRIC_INTERVAL, sendMetrics } from "./MetricExport.ts"
import { RunMetrics } from "./RunMetrics.ts"
import { type ExportResult, SpanExport } from "./SpanExport.ts"
import { type ProjectionOptions, SpanProjection } from "./SpanProjection.ts"
import { traceResource, traceResources } from "./trace-resource.ts"

/** Spans that may wait for the collector; in memory some forty megabytes. */
const CAPACITY = 50_000

/** Milliseconds that a run which is over waits for its collector. */
const PATIENCE = 5000

export interface RunTelemetry {
  readonly observer: Pick<RunObserverShape, "onEvent"> & Required<Pick<RunObserverShape, "onSpans">>
  /** Sends the rest, for five seconds at most; what came of the spans. Later calls give the same. */
  readonly close: Effect.Effect<ExportResult | undefined>
}

export interface TelemetryOptions extends ProjectionOptions {
  /** Spans that may wait. */
  readonly capacity?: number
  /** Milliseconds from one telling of metrics to the next. */
  readonly interval?: number
  /** Milliseconds that a run which is over waits for its collector. */
  readonly patience?: number
}

/** A part of what is sent. */
interface Sending extends Pick<RunTelemetry, "observer"> {
  readonly pump: Effect.Effect<void>
  readonly close: Effect.Effect<void>
}

/** Begins to send what the variables ask for; goes on until it is closed or the scope is. Gives what is wrong with them, where something is. */
export const openTelemetry = Effect.fnUntraced(function* (env: Environment, options: TelemetryOptions) {
  const spans = wantsExport(env) ? targetOf(env) : undefined
  const metrics = wantsExport(env, "metrics") ? targetOf(env, "metrics") : undefined
  for (const target of [spans, metrics]) if (target !== undefined && "fault" in target) return target.fault
  const sent = spans === undefined || "fault" in spans ? undefined : spanSending(spans, env, options)
  const told = metrics === undefined || "fault" in metrics ? undefined : metricSending(metrics, env, options)
  const parts = [sent, told].filter((part) => part !== undefined)
  const fibers = yield* Effect.forEach(parts, ({ pump }) => Effect.forkScoped(pump))
  const close = yield* Effect.cached(
    Effect.gen(function* () {
      yield* Effect.forEach(parts, (part) => part.close)
      yield* Effect.timeoutOrElse(Fiber.awaitAll(fibers), {
        duration: options.patience ?? PATIENCE,
        orElse: () => Fiber.interruptAll(fibers)
      })
      return sent?.spans.result
    })
  )
  const telemetry: RunTelemetry = {
    observer: {
      onEvent: (event) => {
        for (const { observer } of parts) observer.onEvent(event)
      },
      onSpans: (batch) => {
        for (const { observer } of parts) observer.onSpans(batch)
      }
    },
    close
  }
  return telemetry
})

const spanSending = (target: ExportTarget, env: Environment, options: TelemetryOptions) => {
  const { capacity = CAPACITY } = options
  const spans = new SpanExport({ target, resources: traceResources(env), capacity })
  const projection = new SpanProjection({ ...options, hasOwnIds: true })
  const sending: Sending = {
    observer: {
      onEvent: (event) => spans.offer(projection.next(event)),
      onSpans: (batch) => projection.keep(batch)
    },
    pump: spans.pump,
    close: Effect.suspend(() => {
      spans.offer(projection.close())
      return spans.close
    })
  }
  return { ...sending, spans }
}

const metricSending = (target: ExportTarget, env: Environment, { interval }: TelemetryOptions): Sending => {
  const metrics = new RunMetrics()
  const closing = Deferred.makeUnsafe<void>()
  const every = interval ?? (Number(env["OTEL_METRIC_EXPORT_INTERVAL"]) || METRIC_INTERVAL)
  return {
    observer: { onEvent: (event) => metrics.next(event), onSpans: (batch) => metrics.keep(batch) },
    pump: sendMetrics(metrics, closing, { target, resource: traceResource(env), interval: every }).pipe(
      // Numbers explain a run and are no part of it.
      Effect.catchDefect(() => Effect.void)
    ),
    close: Effect.asVoid(Deferred.succeed(closing, undefined))
  }
}
