import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer"
import { resources, type tracing } from "@opentelemetry/sdk-node"
import { assert, describe, it } from "vitest"
import { ProtobufSpans } from "../../../core/observe/otlp-protobuf.ts"
import type { AttributeValue, RunSpan, SpanService } from "../../../core/observe/RunSpan.ts"
import { hrTime, sdkResources } from "../../../core/observe/telemetry.ts"
import { SCOPE, traceResources } from "../../../core/observe/trace-resource.ts"
import { stream } from "../../../stages/math/random/index.ts"
import { readProtobuf } from "./otlp-schema.ts"

const RESOURCES = traceResources({ OTEL_RESOURCE_ATTRIBUTES: "team=Größe,floor=3" })

/** The SDK groups spans by the identity of these. */
const KNOWN = {
  orchestrator: resources.defaultResource().merge(resources.resourceFromAttributes(RESOURCES.orchestrator)),
  worker: resources.defaultResource().merge(resources.resourceFromAttributes(RESOURCES.worker))
}

/** A span in the form of the SDK. */
const readable = (span: RunSpan): tracing.ReadableSpan => {
  const { attributes, events, links, parentSpanId, role, spanId, traceId } = span
  const context = { traceId, spanId, traceFlags: 1 }
  return {
    name: span.name,
    kind: role === "run" ? 1 : 0,
    spanContext: () => context,
    ...(parentSpanId === undefined
      ? {}
      : { parentSpanContext: { ...context, spanId: parentSpanId, isRemote: role === "run" } }),
    startTime: hrTime(span.startedAt),
    endTime: hrTime(span.endedAt),
    status: {
      code: ({ unset: 0, ok: 1, error: 2 } as const)[span.status],
      ...(span.statusMessage === undefined ? {} : { message: span.statusMessage })
    },
    attributes,
    links: links.map((link) => ({
      context: { traceId: link.traceId, spanId: link.spanId, traceFlags: 1, isRemote: true },
      attributes: link.attributes
    })),
    events: events.map(({ at, name, attributes: own }) => ({ name, time: hrTime(at), attributes: own })),
    duration: [0, 0],
    ended: true,
    resource: KNOWN[span.service],
    instrumentationScope: SCOPE,
    droppedAttributesCount: span.droppedAttributes,
    droppedEventsCount: span.droppedEvents,
    droppedLinksCount: 0
  }
}

const draws = stream(20_261, "spans")
const below = (bound: number): number => Math.floor(draws.uniforms(1)[0]! * bound)
const oneOf = <A>(items: ReadonlyArray<A>): A => items[below(items.length)]!
const many = <A>(most: number, make: () => A): ReadonlyArray<A> => Array.from({ length: below(most + 1) }, make)
const id = (digits: number): string => Array.from({ length: digits }, () => below(16).toString(16)).join("")

/** Around the lengths at which one byte more is needed to say how long it is, of letters of one to four bytes. */
const text = (): string => {
  const length = oneOf([0, 1, 5, 41, 42, 43, 99, 100, 101, 127, 128, 129, 5460, 5461, 16_383, 16_384])
  return oneOf(["a", "é", "中", "😀"]).repeat(length)
}

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  127,
  128,
  300,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  -(2 ** 53 - 1),
  0.5,
  -1e300,
  5e-324,
  1e21
]

const value = (): AttributeValue => oneOf([text, () => oneOf(NUMBERS), () => below(2) === 0])()

const attributes = () => Object.fromEntries(many(5, () => [`a${text()}`, value()] as const))

const instant = (): number => 1.7e12 + below(2 ** 31) + below(1000) / 1000

const span = (service: SpanService): RunSpan => ({
  traceId: id(32),
  spanId: id(16),
  parentSpanId: below(3) === 0 ? undefined : id(16),
  role: oneOf(["run", "task", "attempt"] as const),
  service,
  name: text(),
  startedAt: instant(),
  endedAt: instant(),
  status: oneOf(["unset", "ok", "error"] as const),
  statusMessage: below(2) === 0 ? undefined : text(),
  attributes: attributes(),
  events: many(3, () => ({ name: text(), at: instant(), attributes: attributes() })),
  links: many(2, () => ({ traceId: id(32), spanId: id(16), attributes: attributes() })),
  droppedAttributes: oneOf([0, 1, 200]),
  droppedEvents: oneOf([0, 1, 200])
})

const encoded = (spans: ReadonlyArray<RunSpan>): Uint8Array => {
  const own = new ProtobufSpans()
  for (const one of spans) own.add(one)
  return own.body(sdkResources(RESOURCES))
}

/** By the official definitions. The SDK writes counts that are zero, which say nothing. */
const read = (bytes: Uint8Array): unknown =>
  JSON.parse(
    JSON.stringify(readProtobuf("ExportTraceServiceRequest", bytes), (name, given: unknown) =>
      name.startsWith("dropped") && given === 0 ? undefined : given
    )
  )

describe("spans in protobuf", () => {
  it("are read as those of the SDK's encoder are", () => {
    for (let round = 0; round < 60; round++) {
      const spans = Array.from({ length: 1 + below(4) }, () => span(oneOf(["orchestrator", "worker"] as const)))
      // There the services come in the order in which they are met.
      spans.sort((a, b) => (a.service < b.service ? -1 : 1))
      const official = ProtobufTraceSerializer.serializeRequest(spans.map(readable)) ?? new Uint8Array()
      assert.deepStrictEqual(read(encoded(spans)), read(official))
    }
  })

  it("of half a pair of UTF-16 have what stands for it", () => {
    const broken = { ...span("worker"), name: "a\ud83d" }
    assert.include(Buffer.from(encoded([broken])).toString(), "a\ufffd")
    assert.include(Buffer.from(encoded([{ ...broken, name: `${"a".repeat(200)}\ud83d` }])).toString(), "a\ufffd")
  })

  it("take the room of those before them, and nothing else of theirs", () => {
    const own = new ProtobufSpans()
    for (let round = 0; round < 20; round++) {
      const spans = Array.from({ length: below(6) }, () => span(oneOf(["orchestrator", "worker"] as const)))
      for (const one of spans) own.add(one)
      assert.deepStrictEqual(Buffer.from(own.body(sdkResources(RESOURCES))), Buffer.from(encoded(spans)))
      own.clear()
    }
  })

  it("are no request where there are none", () => {
    assert.lengthOf(encoded([]), 0)
  })
})
