/** Tells a collector what a run has counted: now and then while it goes on, and when it is over. */
import { Deferred, Effect } from "effect"
import { steadyTime } from "../run/steady-time.ts"
import type { ExportTarget } from "./export-target.ts"
import { type OtlpConnection, openConnection } from "./otlp-http.ts"
import type { RunMetrics } from "./RunMetrics.ts"
import type { Attributes } from "./RunSpan.ts"

export interface MetricExportOptions {
  readonly target: ExportTarget
  readonly resource: Attributes
  /** Milliseconds from one time to the next. */
  readonly interval: number
}

/** Milliseconds between two times, as the specification has it. */
export const METRIC_INTERVAL = 60_000

/**
 * Sends until `closing`, and then the last time. What does not arrive is told by the next time, all numbers being those since the
 * run began. A collector that takes no metrics, as Jaeger, is asked once.
 */
export const sendMetrics = (
  metrics: RunMetrics,
  closing: Deferred.Deferred<void>,
  { interval, resource, target }: MetricExportOptions
): Effect.Effect<void> =>
  Effect.scoped(
    Effect.gen(function* () {
      const connection = yield* Effect.acquireRelease(
        Effect.sync(() => openConnection(target)),
        ({ close }) => Effect.sync(close)
      )
      for (;;) {
        yield* Effect.raceFirst(Effect.sleep(interval), Deferred.await(closing))
        const isLast = yield* Deferred.isDone(closing)
        const isWanted = yield* sendOnce(metrics, connection, { resource, target })
        if (isLast || !isWanted) return
      }
    })
  )

/** Whether it is worth sending again. */
const sendOnce = Effect.fnUntraced(function* (
  metrics: RunMetrics,
  connection: OtlpConnection,
  { resource, target }: Pick<MetricExportOptions, "resource" | "target">
) {
  const { encodeMetrics } = yield* Effect.promise(() => import("./metric-codec.ts"))
  const now = steadyTime()
  metrics.measureAt(now)
  const body = encodeMetrics(metrics, now, target.protocol, resource)
  const answer = yield* Effect.promise((signal) => connection.post(body, signal))
  return answer._tag !== "Refused"
})
