/**
 * The door to OpenTelemetry's SDK: spans in its form, encoded by it; `metric-codec.ts` does the same for metrics.
 *
 * Import this module only when something is sent: it takes as long to load as a brief command. The parts of the SDK are imported by
 * their own names, for `@opentelemetry/sdk-node` loads gRPC and the exporters of other systems with them, at four times the
 * cost. The spans have long ended and bring their own ids and times, so they go to its encoder as they are. A span processor would hold them in a queue
 * of 2048 and drop the others without a word.
 */

import * as api from "@opentelemetry/api"
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer"
import * as resources from "@opentelemetry/resources"
import type { tracing } from "@opentelemetry/sdk-node"
import type { Protocol } from "./export-target.ts"
import { type PartialSuccess, partialSuccess, type TakenAnswer } from "./partial-success.ts"
import type { RunSpan, SpanService } from "./RunSpan.ts"
import { SCOPE, type TraceResources } from "./trace-resource.ts"

type Resources = { readonly [service in SpanService]: resources.Resource }

export interface SpanCodec {
  readonly encode: (spans: ReadonlyArray<RunSpan>) => Uint8Array
  /** `undefined` where all was taken. */
  readonly decode: (answer: TakenAnswer) => PartialSuccess | undefined
}

/** The body of requests, and of answers to them. */
export const spanCodec = (protocol: Protocol, given: TraceResources): SpanCodec => {
  const serializer = protocol === "http/json" ? JsonTraceSerializer : ProtobufTraceSerializer
  const known: Resources = { orchestrator: resourceOf(given, "orchestrator"), worker: resourceOf(given, "worker") }
  return {
    encode: (spans) => {
      const body = serializer.serializeRequest(spans.map((span) => new Readable(span, known[span.service])))
      if (body === undefined) throw new Error("the SDK does not encode these spans")
      return body
    },
    decode: (answer) => partialSuccess(answer, (body) => ProtobufTraceSerializer.deserializeResponse(body))
  }
}

const resourceOf = (given: TraceResources, service: SpanService): resources.Resource =>
  resources.defaultResource().merge(resources.resourceFromAttributes(given[service]))

const STATUS = {
  unset: { code: api.SpanStatusCode.UNSET },
  ok: { code: api.SpanStatusCode.OK },
  error: { code: api.SpanStatusCode.ERROR }
} as const

const traceFlags = api.TraceFlags.SAMPLED

/** A recorded span in the form of the SDK. */
class Readable implements tracing.ReadableSpan {
  readonly ended = true
  readonly droppedLinksCount = 0
  readonly instrumentationScope = SCOPE
  readonly resource: resources.Resource
  readonly parentSpanContext?: api.SpanContext
  private readonly span: RunSpan

  constructor(span: RunSpan, resource: resources.Resource) {
    this.span = span
    this.resource = resource
    const { parentSpanId: spanId, role, traceId } = span
    if (spanId !== undefined) this.parentSpanContext = { traceId, spanId, traceFlags, isRemote: role === "run" }
  }

  spanContext(): api.SpanContext {
    const { spanId, traceId } = this.span
    return { traceId, spanId, traceFlags }
  }

  get name(): string {
    return this.span.name
  }

  get kind(): api.SpanKind {
    return this.span.role === "run" ? api.SpanKind.SERVER : api.SpanKind.INTERNAL
  }

  get startTime(): api.HrTime {
    return hrTime(this.span.startedAt)
  }

  get endTime(): api.HrTime {
    return hrTime(this.span.endedAt)
  }

  get duration(): api.HrTime {
    return hrTime(this.span.endedAt - this.span.startedAt)
  }

  get status(): api.SpanStatus {
    const { status, statusMessage: message } = this.span
    return message === undefined ? STATUS[status] : { ...STATUS[status], message }
  }

  get attributes(): api.Attributes {
    return this.span.attributes
  }

  get droppedAttributesCount(): number {
    return this.span.droppedAttributes
  }

  get events(): Array<tracing.TimedEvent> {
    return this.span.events.map(({ name, at, attributes }) => ({ name, time: hrTime(at), attributes }))
  }

  get droppedEventsCount(): number {
    return this.span.droppedEvents
  }

  get links(): Array<api.Link> {
    return this.span.links.map(({ attributes, spanId, traceId }) => ({
      context: { traceId, spanId, traceFlags, isRemote: true },
      attributes
    }))
  }
}

/** Milliseconds as seconds and nanoseconds. */
export const hrTime = (millis: number): api.HrTime => {
  const micros = Math.round(millis * 1000)
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1000]
}
