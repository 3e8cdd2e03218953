/**
 * Spans in the form that the upload of Jaeger's user interface takes without a server behind it.
 *
 * Source: Jaeger's `model/json` (UI JSON), microseconds since 1970; the translation of status, kind, events and links is that
 * of OpenTelemetry's "OpenTelemetry to Jaeger Transformation".
 */
import { ATTRIBUTE } from "../record/semantic-conventions.ts"
import type { Attributes, AttributeValue, RunSpan, SpanService } from "./RunSpan.ts"
import { SCOPE, type TraceResources } from "./trace-resource.ts"

/** One trace as a line of JSON. */
export const jaegerJson = (spans: ReadonlyArray<RunSpan>, resources: TraceResources): string => {
  const [root] = spans
  const known = new Set(spans.map(({ spanId }) => spanId))
  const services = new Set(spans.map(({ service }) => service))
  const processes = Object.fromEntries(
    [...services].map((service) => [PROCESS[service], processOf(resources[service])])
  )
  const trace = {
    traceID: root?.traceId ?? "",
    spans: spans.map((span) => spanJson(span, known)),
    processes,
    warnings: null
  }
  return `${JSON.stringify({ data: root === undefined ? [] : [trace], total: 0, limit: 0, offset: 0, errors: null })}\n`
}

const PROCESS: { readonly [service in SpanService]: string } = { orchestrator: "p1", worker: "p2" }

const processOf = ({ [ATTRIBUTE.serviceName]: service = SCOPE.name, ...tags }: Attributes) => ({
  serviceName: String(service),
  tags: tagsOf(tags)
})

const spanJson = (span: RunSpan, known: ReadonlySet<string>) => ({
  traceID: span.traceId,
  spanID: span.spanId,
  operationName: span.name,
  references: [
    // The first is taken for the parent. One that is not in the file would make an orphan of the run.
    ...(span.parentSpanId !== undefined && known.has(span.parentSpanId)
      ? [{ refType: "CHILD_OF", traceID: span.traceId, spanID: span.parentSpanId }]
      : []),
    ...span.links.map(({ spanId, traceId }) => ({ refType: "FOLLOWS_FROM", traceID: traceId, spanID: spanId }))
  ],
  startTime: micros(span.startedAt),
  duration: micros(span.endedAt) - micros(span.startedAt),
  tags: tagsOf({
    ...span.attributes,
    "span.kind": span.role === "run" ? "server" : "internal",
    "otel.scope.name": SCOPE.name,
    "otel.scope.version": SCOPE.version,
    ...(span.status === "unset" ? {} : { "otel.status_code": span.status.toUpperCase() }),
    ...(span.status === "error" ? { error: true } : {}),
    ...(span.statusMessage === undefined ? {} : { "otel.status_description": span.statusMessage }),
    ...(span.droppedAttributes === 0 ? {} : { "otel.dropped_attributes_count": span.droppedAttributes }),
    ...(span.droppedEvents === 0 ? {} : { "otel.dropped_events_count": span.droppedEvents })
  }),
  logs: span.events.map(({ name, at, attributes }) => ({
    timestamp: micros(at),
    fields: [{ key: "event", type: "string", value: name }, ...tagsOf(attributes)]
  })),
  processID: PROCESS[span.service],
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
