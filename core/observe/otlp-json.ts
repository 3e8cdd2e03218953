/**
 * Spans as OTLP/JSON, `ExportTraceServiceRequest`: what a collector takes.
 *
 * The OpenTelemetry collector's file receiver reads it, and any OTLP/HTTP endpoint takes a line of it as it is. Source:
 * opentelemetry-proto 1.x, `trace.proto`, with the exceptions of the OTLP specification to protobuf's JSON form: ids
 * are hexadecimal, enumerations are numbers. 64-bit integers are texts.
 */
import type { Attributes, AttributeValue, RunSpan } from "./RunSpan.ts"
import { SCOPE, type TraceResources } from "./trace-resource.ts"

/** `SPAN_KIND_SERVER` for the run, which is what was asked for; `SPAN_KIND_INTERNAL` below it. */
const KIND = { server: 2, internal: 1 } as const

const STATUS = { unset: 0, ok: 1, error: 2 } as const

/** Trace flags in the low eight bits, and what is known of the parent: whether it is in another program. */
const FLAGS = { sampled: 0x001, knowsParent: 0x100, remoteParent: 0x200 } as const

/** Spans of a line; about a megabyte. */
const LINE = 1000

/** Requests of some thousand spans, one a line. */
export const otlpJson = (spans: ReadonlyArray<RunSpan>, resources: TraceResources): string => {
  let text = ""
  for (let from = 0; from < spans.length; from += LINE) {
    text += `${JSON.stringify(requestOf(spans.slice(from, from + LINE), resources))}\n`
  }
  return text
}

const requestOf = (spans: ReadonlyArray<RunSpan>, resources: TraceResources) => ({
  resourceSpans: [...Map.groupBy(spans, ({ service }) => service)].map(([service, own]) => ({
    resource: { attributes: keyValues(resources[service]) },
    scopeSpans: [{ scope: SCOPE, spans: own.map(spanJson) }]
  }))
})

const spanJson = (span: RunSpan) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
  flags:
    FLAGS.sampled |
    FLAGS.knowsParent |
    (span.role === "run" && span.parentSpanId !== undefined ? FLAGS.remoteParent : 0),
  name: span.name,
  kind: span.role === "run" ? KIND.server : KIND.internal,
  startTimeUnixNano: nanos(span.startedAt),
  endTimeUnixNano: nanos(span.endedAt),
  attributes: keyValues(span.attributes),
  ...(span.droppedAttributes === 0 ? {} : { droppedAttributesCount: span.droppedAttributes }),
  events: span.events.map(({ name, at, attributes }) => ({
    timeUnixNano: nanos(at),
    name,
    attributes: keyValues(attributes)
  })),
  ...(span.droppedEvents === 0 ? {} : { droppedEventsCount: span.droppedEvents }),
  links: span.links.map(({ spanId, traceId, attributes }) => ({
    traceId,
    spanId,
    attributes: keyValues(attributes),
    flags: FLAGS.sampled | FLAGS.knowsParent | FLAGS.remoteParent
  })),
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
