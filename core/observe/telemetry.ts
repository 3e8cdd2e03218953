/**
 * The one door to OpenTelemetry's SDK: spans and metrics in its form, encoded by it.
 *
 * A third of the start-up time of a command: import this module only when something is sent. The spans have long
 * ended and bring their own ids and times, so they go to its encoder as they are. A span processor would hold them in a queue
 * of 2048 and drop the others without a word.
 */
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer"
import { api, resources, type tracing } from "@opentelemetry/sdk-node"
import type { Protocol } from "./export-target.ts"
import type { RunSpan, SpanService } from "./RunSpan.ts"
import { SCOPE, type TraceResources } from "./trace-resource.ts"

type Resources = { readonly [service in SpanService]: resources.Resource }

/** What a collector says of what it has taken. */
export interface PartialSuccess {
  readonly rejected: number
  readonly reason: string
}

export interface SpanCodec {
  readonly encode: (spans: ReadonlyArray<RunSpan>) => Uint8Array
  /** `undefined` where all was taken, or where it cannot be read. */
  readonly decode: (answer: Uint8Array) => PartialSuccess | undefined
}

/** The body of requests, and of answers to them. */
export const spanCodec = (protocol: Protocol, given: TraceResources): SpanCodec => {
  const serializer = protocol === "http/json" ? JsonTraceSerializer : ProtobufTraceSerializer
  const known: Resources = { orchestrator: resourceOf(given, "orchestrator"), worker: resourceOf(given, "worker") }
  return {
    encode: (spans) => {
      const body = serializer.serializeRequest(spans.map((span) => readable(span, known[span.service])))
      if (body === undefined) throw new Error("the SDK does not encode these spans")
      return body
    },
    decode: (answer) => {
      if (answer.byteLength === 0) return undefined
      const { partialSuccess } = serializer.deserializeResponse(answer)
      const rejected = Number(partialSuccess?.rejectedSpans ?? 0)
      return rejected > 0
        ? { rejected, reason: partialSuccess?.errorMessage || "the collector took only a part" }
        : undefined
    }
  }
}

const resourceOf = (given: TraceResources, service: SpanService): resources.Resource =>
  resources.defaultResource().merge(resources.resourceFromAttributes(given[service]))

const STATUS = {
  unset: api.SpanStatusCode.UNSET,
  ok: api.SpanStatusCode.OK,
  error: api.SpanStatusCode.ERROR
} as const

const traceFlags = api.TraceFlags.SAMPLED

/** A recorded span in the form of the SDK. */
const readable = (span: RunSpan, resource: resources.Resource): tracing.ReadableSpan => {
  const { traceId, spanId, parentSpanId } = span
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
    links: span.links.map(({ attributes, ...context }) => ({
      context: { ...context, traceFlags, isRemote: true },
      attributes
    })),
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: span.droppedAttributes,
    droppedEventsCount: span.droppedEvents,
    droppedLinksCount: 0
  }
}

/** Milliseconds as seconds and nanoseconds. */
const hrTime = (millis: number): api.HrTime => {
  const micros = Math.round(millis * 1000)
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1000]
}
