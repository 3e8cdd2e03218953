/**
 * Spans as OTLP/JSON, an `ExportTraceServiceRequest`: what a collector takes.
 *
 * The OpenTelemetry collector's file receiver reads it, and any OTLP/HTTP endpoint takes it as it is. Source:
 * opentelemetry-proto 1.x, `trace.proto`, with the exceptions of the OTLP specification to protobuf's JSON form: ids
 * are hexadecimal, enumerations are numbers. 64-bit integers are texts.
 */
import type { Attributes, AttributeValue, RunSpan } from "./RunSpan.ts"
import { SCOPE } from "./trace-resource.ts"

/** `SPAN_KIND_SERVER` for the run, which is what was asked for; `SPAN_KIND_INTERNAL` below it. */
const KIND = { server: 2, internal: 1 } as const

const STATUS = { unset: 0, ok: 1, error: 2 } as const

/** One line of JSON with the resource that the spans share. */
export const otlpJson = (spans: ReadonlyArray<RunSpan>, resource: Attributes): string =>
  `${JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: SCOPE, spans: spans.map(spanJson) }]
      }
    ]
  })}\n`

const spanJson = (span: RunSpan) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
  // The flag of the W3C trace context that says "sampled".
  flags: 1,
  name: span.name,
  kind: span.role === "run" ? KIND.server : KIND.internal,
  startTimeUnixNano: nanos(span.startedAt),
  endTimeUnixNano: nanos(span.endedAt),
  attributes: keyValues(span.attributes),
  events: span.events.map(({ name, at, attributes }) => ({
    timeUnixNano: nanos(at),
    name,
    attributes: keyValues(attributes)
  })),
  ...(span.droppedEvents === 0 ? {} : { droppedEventsCount: span.droppedEvents }),
  status: {
    ...(span.statusMessage === undefined ? {} : { message: span.statusMessage }),
    code: STATUS[span.status]
  }
})

const keyValues = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))

const anyValue = (value: AttributeValue) => {
  if (typeof value === "string") return { stringValue: value }
  if (typeof value === "boolean") return { boolValue: value }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** Milliseconds as a text of nanoseconds: the number has more digits than a double. */
const nanos = (millis: number): string => String(BigInt(Math.round(millis * 1000)) * 1000n)
