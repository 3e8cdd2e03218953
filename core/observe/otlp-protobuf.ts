/**
 * Spans as OTLP in protobuf, `ExportTraceServiceRequest`: what is sent while a run goes on.
 *
 * They say what the SDK's encoder says, for a third of its time: that one makes an object of each span, measures it, and reads its ids pair by
 * pair of digits, which a run of ten thousand brief tasks would pay for. Source: opentelemetry-proto 1.x, `trace.proto`, `common.proto`, `resource.proto`.
 */
import type { EncodedSpans } from "./EncodedSpans.ts"
import { flagsOf, KIND, LINK_FLAGS, STATUS } from "./otlp-enumerations.ts"
import { ProtobufWriter } from "./ProtobufWriter.ts"
import type { Attributes, AttributeValue, RunSpan, SpanEvent, SpanLink, SpanService } from "./RunSpan.ts"
import { SCOPE, type TraceResources } from "./trace-resource.ts"

/** Spans that are written as they come, those of each service on their own. */
export class ProtobufSpans implements EncodedSpans {
  private readonly services: { readonly [service in SpanService]: ProtobufWriter } = {
    orchestrator: new ProtobufWriter(),
    worker: new ProtobufWriter()
  }
  private readonly request = new ProtobufWriter()

  add(span: RunSpan): void {
    writeSpan(this.services[span.service], span)
  }

  body(resources: TraceResources): Uint8Array {
    const { request } = this
    request.clear()
    for (const service of ["orchestrator", "worker"] as const) {
      const spans = this.services[service].written()
      if (spans.length > 0) writeService(request, resources[service], spans)
    }
    return request.written()
  }

  clear(): void {
    for (const spans of Object.values(this.services)) spans.clear()
  }
}

/** `ResourceSpans`, with one scope. */
const writeService = (request: ProtobufWriter, resource: Attributes, spans: Uint8Array): void => {
  const all = request.open(1)
  const from = request.open(1)
  writeAttributes(request, 1, resource)
  request.close(from)
  const scopeSpans = request.open(2)
  const scope = request.open(1)
  request.text(1, SCOPE.name)
  request.text(2, SCOPE.version)
  request.close(scope)
  request.raw(spans)
  request.close(scopeSpans)
  request.close(all)
}

/** `Span`, as the second field of `ScopeSpans`. */
const writeSpan = (out: ProtobufWriter, span: RunSpan): void => {
  const from = out.open(2)
  out.hex(1, span.traceId)
  out.hex(2, span.spanId)
  if (span.parentSpanId !== undefined) out.hex(4, span.parentSpanId)
  out.text(5, span.name)
  out.varint(6, KIND[span.role === "run" ? "server" : "internal"])
  out.nanos(7, span.startedAt)
  out.nanos(8, span.endedAt)
  writeAttributes(out, 9, span.attributes)
  if (span.droppedAttributes > 0) out.varint(10, span.droppedAttributes)
  for (const event of span.events) writeEvent(out, event)
  if (span.droppedEvents > 0) out.varint(12, span.droppedEvents)
  for (const link of span.links) writeLink(out, link)
  writeStatus(out, span)
  out.fixed32(16, flagsOf(span))
  out.close(from)
}

const writeEvent = (out: ProtobufWriter, { at, attributes, name }: SpanEvent): void => {
  const from = out.open(11)
  out.nanos(1, at)
  out.text(2, name)
  writeAttributes(out, 3, attributes)
  out.close(from)
}

const writeLink = (out: ProtobufWriter, { attributes, spanId, traceId }: SpanLink): void => {
  const from = out.open(13)
  out.hex(1, traceId)
  out.hex(2, spanId)
  writeAttributes(out, 4, attributes)
  out.fixed32(6, LINK_FLAGS)
  out.close(from)
}

const writeStatus = (out: ProtobufWriter, { status, statusMessage }: RunSpan): void => {
  const from = out.open(15)
  if (statusMessage) out.text(2, statusMessage)
  out.varint(3, STATUS[status])
  out.close(from)
}

/** A list of `KeyValue`. */
const writeAttributes = (out: ProtobufWriter, field: number, attributes: Attributes): void => {
  for (const name in attributes) {
    const from = out.open(field)
    out.text(1, name)
    const value = out.open(2)
    writeValue(out, attributes[name] as AttributeValue)
    out.close(value)
    out.close(from)
  }
}

/** `AnyValue`. */
const writeValue = (out: ProtobufWriter, value: AttributeValue): void => {
  if (typeof value === "string") out.text(1, value)
  else if (typeof value === "boolean") out.varint(2, value ? 1 : 0)
  else if (Number.isSafeInteger(value)) out.int64(3, value)
  else out.double(4, value)
}
