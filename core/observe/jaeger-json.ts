/**
 * Spans in the form that the upload of Jaeger's user interface takes without a server behind it.
 *
 * Source: Jaeger's `model/json` (UI JSON), microseconds since 1970; the translation of status and kind is that of
 * OpenTelemetry's "OpenTelemetry to Jaeger Transformation".
 */
import type { Attributes, AttributeValue, RunSpan } from "./RunSpan.ts"
import { ATTRIBUTE } from "./semantic-conventions.ts"
import { SCOPE } from "./trace-resource.ts"

/** One trace as a line of JSON. */
export const jaegerJson = (spans: ReadonlyArray<RunSpan>, resource: Attributes): string => {
  const { [ATTRIBUTE.serviceName]: service = SCOPE.name, ...tags } = resource
  const [root] = spans
  const trace = {
    traceID: root?.traceId ?? "",
    spans: spans.map(spanJson),
    processes: { p1: { serviceName: String(service), tags: tagsOf(tags) } },
    warnings: null
  }
  return `${JSON.stringify({ data: root === undefined ? [] : [trace], total: 0, limit: 0, offset: 0, errors: null })}\n`
}

const spanJson = (span: RunSpan) => ({
  traceID: span.traceId,
  spanID: span.spanId,
  operationName: span.name,
  // A parent outside of this trace's spans would make the run an orphan; only parents within it are told.
  references:
    span.parentSpanId === undefined || span.role === "run"
      ? []
      : [{ refType: "CHILD_OF", traceID: span.traceId, spanID: span.parentSpanId }],
  startTime: micros(span.startedAt),
  duration: micros(span.endedAt) - micros(span.startedAt),
  tags: tagsOf({
    ...span.attributes,
    "span.kind": span.role === "run" ? "server" : "internal",
    "otel.scope.name": SCOPE.name,
    "otel.scope.version": SCOPE.version,
    ...(span.status === "unset" ? {} : { "otel.status_code": span.status.toUpperCase() }),
    ...(span.status === "error" ? { error: true } : {}),
    ...(span.statusMessage === undefined ? {} : { "otel.status_description": span.statusMessage })
  }),
  logs: span.events.map(({ name, at, attributes }) => ({
    timestamp: micros(at),
    fields: [{ key: "event", type: "string", value: name }, ...tagsOf(attributes)]
  })),
  processID: "p1",
  warnings: null
})

const tagsOf = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, type: typeOf(value), value }))

const typeOf = (value: AttributeValue): "string" | "bool" | "int64" | "float64" => {
  if (typeof value === "string") return "string"
  if (typeof value === "boolean") return "bool"
  return Number.isSafeInteger(value) ? "int64" : "float64"
}

const micros = (millis: number): number => Math.round(millis * 1000)
