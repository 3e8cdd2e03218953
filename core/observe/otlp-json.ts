/**
 * Spans as OTLP/JSON, `ExportTraceServiceRequest`: what a collector takes.
 *
 * The OpenTelemetry collector's file receiver reads it, and any OTLP/HTTP endpoint takes a line of it as it is. Source:
 * opentelemetry-proto 1.x, `trace.proto`, with the exceptions of the OTLP specification to protobuf's JSON form: ids
 * are hexadecimal, enumerations are numbers. 64-bit integers are texts.
 */
import type { EncodedSpans } from "./EncodedSpans.ts"
import { flagsOf, KIND, LINK_FLAGS, STATUS } from "./otlp-enumerations.ts"
import type { Attributes, AttributeValue, RunSpan, SpanService } from "./RunSpan.ts"
import { SCOPE, type TraceResources } from "./trace-resource.ts"

/** Spans of a line; about a megabyte. */
const LINE = 1000

/** Requests of some thousand spans, one a line. */
export const otlpJson = (spans: ReadonlyArray<RunSpan>, resources: TraceResources): string => {
  let text = ""
  for (let from = 0; from < spans.length; from += LINE) {
    const request = new JsonSpans()
    for (const span of spans.slice(from, from + LINE)) request.add(span)
    text += `${request.text(resources)}\n`
  }
  return text
}

/** The spans of a request, those of each service on their own, each as a text. */
export class JsonSpans implements EncodedSpans {
  private readonly services = new Map<SpanService, Array<string>>()

  add(span: RunSpan): void {
    const own = this.services.get(span.service)
    if (own === undefined) this.services.set(span.service, [JSON.stringify(spanJson(span))])
    else own.push(JSON.stringify(spanJson(span)))
  }

  text(resources: TraceResources): string {
    const resourceSpans = [...this.services].map(([service, spans]) => {
      const resource = JSON.stringify({ attributes: keyValues(resources[service]) })
      return `{"resource":${resource},"scopeSpans":[{"scope":${JSON.stringify(SCOPE)},"spans":[${spans.join(",")}]}]}`
    })
    return `{"resourceSpans":[${resourceSpans.join(",")}]}`
  }

  body(resources: TraceResources): Uint8Array {
    return Buffer.from(this.text(resources))
  }

  clear(): void {
    this.services.clear()
  }
}

const spanJson = (span: RunSpan) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
  flags: flagsOf(span),
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
    flags: LINK_FLAGS
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
