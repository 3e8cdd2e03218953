/**
 * Sends recorded spans with OpenTelemetry's exporter.
 *
 * A third of the start-up time of a command: import this module only when something is sent. The spans have long
 * ended and bring their own ids and times, so they go to the exporter as they are, batch after batch. A span processor
 * would hold them in a queue of 2048 and drop the others without a word.
 */
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http"
import { api, core, resources, type tracing } from "@opentelemetry/sdk-node"
import { Data, Effect } from "effect"
import type { Attributes, RunSpan } from "./RunSpan.ts"
import { SCOPE } from "./trace-resource.ts"

/** Spans in one request; about a megabyte. */
const BATCH = 1000

export interface SenderOptions {
  /** `http://localhost:4318/v1/traces` */
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  /** Milliseconds that a request may take, its repetitions included. */
  readonly timeout: number
  /** Milliseconds that all requests together may take. */
  readonly patience: number
  readonly resource: Attributes
}

/** A batch did not arrive, nor those after it. */
export class BatchRefused extends Data.TaggedError("BatchRefused")<{
  readonly sent: number
  readonly cause: unknown
}> {}

/** Sends all spans in order; none is dropped. Fails with the number of those that had arrived. */
export const send = (spans: ReadonlyArray<RunSpan>, options: SenderOptions): Effect.Effect<void, BatchRefused> =>
  Effect.suspend(() => {
    let sent = 0
    const refused = (cause: unknown) => new BatchRefused({ sent, cause })
    return Effect.gen(function* () {
      const exporter = yield* Effect.try({ try: () => makeExporter(options), catch: refused })
      const resource = resources.defaultResource().merge(resources.resourceFromAttributes(options.resource))
      while (sent < spans.length) {
        const batch = spans.slice(sent, sent + BATCH).map((span) => readable(span, resource))
        yield* Effect.mapError(exportBatch(exporter, batch), refused)
        sent += batch.length
      }
    }).pipe(
      Effect.timeoutOrElse({
        duration: options.patience,
        orElse: () => Effect.fail(refused(new Error(`not done after ${options.patience / 1000} s`)))
      })
    )
  })

const makeExporter = ({ url, headers, timeout }: SenderOptions): OTLPTraceExporter =>
  new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeout })

const exportBatch = (exporter: OTLPTraceExporter, batch: Array<tracing.ReadableSpan>): Effect.Effect<void, unknown> =>
  Effect.callback((resume) => {
    exporter.export(batch, ({ code, error }) =>
      resume(code === core.ExportResultCode.SUCCESS ? Effect.void : Effect.fail(error))
    )
  })

const STATUS = {
  unset: api.SpanStatusCode.UNSET,
  ok: api.SpanStatusCode.OK,
  error: api.SpanStatusCode.ERROR
} as const

/** A recorded span in the form of the SDK. */
const readable = (span: RunSpan, resource: resources.Resource): tracing.ReadableSpan => {
  const { traceId, spanId, parentSpanId } = span
  const traceFlags = api.TraceFlags.SAMPLED
  return {
    name: span.name,
    kind: span.role === "run" ? api.SpanKind.SERVER : api.SpanKind.INTERNAL,
    spanContext: () => ({ traceId, spanId, traceFlags }),
    ...(parentSpanId === undefined
      ? {}
      : { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags, isRemote: span.role === "run" } }),
    startTime: hrTime(span.startedAt),
    endTime: hrTime(span.endedAt),
    duration: hrTime(span.endedAt - span.startedAt),
    ended: true,
    status: {
      code: STATUS[span.status],
      ...(span.statusMessage === undefined ? {} : { message: span.statusMessage })
    },
    attributes: span.attributes,
    events: span.events.map(({ name, at, attributes }) => ({ name, time: hrTime(at), attributes })),
    links: [],
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: span.droppedEvents,
    droppedLinksCount: 0
  }
}

/** Milliseconds as seconds and nanoseconds. */
const hrTime = (millis: number): api.HrTime => {
  const micros = Math.round(millis * 1000)
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1000]
}
