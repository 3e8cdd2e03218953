/** Tells a collector of a run while it goes on: spans as they end. */
import { Effect, Fiber } from "effect"
import type { RunObserverShape } from "../run/RunObserver.ts"
import type { Environment } from "./Environment.ts"
import { targetOf } from "./export-target.ts"
import { type ExportResult, SpanExport } from "./SpanExport.ts"
import { type ProjectionOptions, SpanProjection } from "./SpanProjection.ts"
import { traceResources } from "./trace-resource.ts"

/** Spans that may wait for the collector; in memory some forty megabytes. */
const CAPACITY = 50_000

/** Milliseconds that a run which is over waits for its collector. */
const PATIENCE = 5000

export interface RunTelemetry {
  readonly observer: Pick<RunObserverShape, "onEvent"> & Required<Pick<RunObserverShape, "onSpans">>
  /** Sends the rest, for five seconds at most; what came of it. Later calls give the same. */
  readonly close: Effect.Effect<ExportResult>
}

/** Begins to send; goes on until it is closed or the scope is. Gives what is wrong with the variables, where something is. */
export const openTelemetry = Effect.fnUntraced(function* (
  env: Environment,
  options: ProjectionOptions & { readonly capacity?: number }
) {
  const target = targetOf(env)
  if (target === undefined) return undefined
  if ("fault" in target) return target.fault
  const { capacity = CAPACITY } = options
  const spans = new SpanExport({ target, resources: traceResources(env), capacity })
  const projection = new SpanProjection({ ...options, hasOwnIds: true })
  const fiber = yield* Effect.forkScoped(spans.pump)
  const close = yield* Effect.cached(
    Effect.gen(function* () {
      spans.offer(projection.close())
      yield* spans.close
      yield* Effect.timeoutOrElse(Fiber.await(fiber), { duration: PATIENCE, orElse: () => Fiber.interrupt(fiber) })
      return spans.result
    })
  )
  const telemetry: RunTelemetry = {
    observer: {
      onEvent: (event) => spans.offer(projection.next(event)),
      onSpans: (batch) => projection.keep(batch)
    },
    close
  }
  return telemetry
})
