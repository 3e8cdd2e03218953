import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { endpointOf, wantsExport } from "../../../core/observe/export-target.ts"
import { exportTrace } from "../../../core/observe/export-trace.ts"
import { otlpJson } from "../../../core/observe/otlp-json.ts"
import { spansOf } from "../../../core/observe/spans.ts"
import { keyPairs, traceResource, traceResources } from "../../../core/observe/trace-resource.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { attributesOf, collect, type SentSpan, spansIn, type TraceRequest } from "./collector.ts"
import { readJson } from "./otlp-schema.ts"
import { event } from "./sample-plan.ts"

/** JSON, so that a test can read what arrives. */
const JSON_TO = { OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" }

const project = (events: ReadonlyArray<JournalEvent>) =>
  spansOf(events.map((one, sequence) => ({ sequence, event: one })))

const spans = project([
  event.runStarted(2),
  event.hit(0, "circle", "00000000000000c1"),
  event.ready(0, "limit", "00000000000000a1"),
  event.attempt(0.5, "limit", 1, "00000000000000a2"),
  event.log(0.7, "limit", "info", "grid of 61 × 61"),
  event.attemptFailed(1.25, "limit", "diverged"),
  event.failed(1.25, "limit"),
  event.runFinished(1.5, "failure")
])

/** A span without the liberties that its writer has: zero counts, empty messages, the order of attributes. */
const normal = (span: SentSpan) => ({
  ids: [span.traceId, span.spanId, span.parentSpanId ?? ""],
  name: span.name,
  kind: span.kind,
  flags: span.flags,
  times: [span.startTimeUnixNano, span.endTimeUnixNano],
  attributes: texts(span.attributes),
  events: span.events.map(({ name, timeUnixNano, attributes }) => [name, timeUnixNano, texts(attributes)]),
  links: span.links.map(({ flags, spanId, traceId }) => [traceId, spanId, flags]),
  dropped: [span.droppedAttributesCount ?? 0, span.droppedEventsCount ?? 0],
  status: [span.status.code, span.status.message ?? ""]
})

const texts = (attributes: SentSpan["attributes"]): ReadonlyArray<string> =>
  attributes.map(({ key, value }) => `${key}: ${Object.keys(value)[0]} ${Object.values(value)[0]}`)

/** Spans by their ids: those of one service are sent together. */
const byId = (all: ReadonlyArray<SentSpan>) =>
  Object.fromEntries(all.map((span) => [span.spanId, normal(span)] as const).sort(([a], [b]) => (a < b ? -1 : 1)))

describe("exportTrace", () => {
  it.live.each(["http/protobuf", "http/json"] as const)("sends as %s what the file of the run holds", (protocol) =>
    Effect.gen(function* () {
      const collector = yield* collect()
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
        OTEL_SERVICE_NAME: "furnace"
      }
      assert.strictEqual(yield* exportTrace(spans, env), `${collector.url}/v1/traces`)
      assert.deepStrictEqual(collector.paths, ["/v1/traces"])
      assert.deepStrictEqual(collector.faults, [])
      const file = readJson("ExportTraceServiceRequest", JSON.parse(otlpJson(spans, traceResources(env))))
      const written = spansIn([file as unknown as TraceRequest])
      assert.deepStrictEqual(byId(spansIn(collector.requests)), byId(written))
      const sent = collector.requests[0]?.resourceSpans ?? []
      assert.deepStrictEqual(
        sent.map(({ resource }) => attributesOf(resource.attributes)["service.name"]),
        ["furnace", "furnace-worker"]
      )
      assert.deepInclude(attributesOf(sent[0]?.resource.attributes ?? []), { "telemetry.sdk.language": "nodejs" })
      for (const { scopeSpans } of sent) {
        assert.deepStrictEqual(
          scopeSpans.map(({ scope }) => scope.name),
          ["athanor"]
        )
      }
    })
  )

  it.live("drops none of twenty thousand spans", () =>
    Effect.gen(function* () {
      const collector = yield* collect()
      const many = project([
        event.runStarted(20_000),
        ...Array.from({ length: 20_000 }, (_, n) => event.hit(1, `s@n=${n}`))
      ])
      yield* exportTrace(many, {
        ...JSON_TO,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/here`
      })
      assert.isTrue(collector.paths.every((path) => path === "/here"))
      const ids = spansIn(collector.requests).map(({ spanId }) => spanId)
      assert.deepStrictEqual(
        ids,
        many.map(({ spanId }) => spanId)
      )
      assert.lengthOf(ids, 20_001)
    })
  )

  it.live("sends the headers that the variables name, those for traces over the common ones", () =>
    Effect.gen(function* () {
      const collector = yield* collect()
      yield* exportTrace(spans, {
        ...JSON_TO,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc,x-tenant=a",
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-tenant=b"
      })
      assert.deepInclude(collector.headers[0], { authorization: "Bearer abc", "x-tenant": "b" })
    })
  )

  it.live("tells what a collector says without what a terminal would obey, and without what it was sent", () =>
    Effect.gen(function* () {
      const errorMessage = `\u001b[31mno\u202e room\n for Bearer s3cret-token, of basic ${Buffer.from("me:pass word").toString("base64")}${"!".repeat(400)}`
      const body = JSON.stringify({ partialSuccess: { rejectedSpans: 2, errorMessage } })
      const collector = yield* collect(() => ({ status: 200, body }))
      const env = {
        ...JSON_TO,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url.replace("//", "//me:pass%20word@"),
        OTEL_EXPORTER_OTLP_HEADERS: "x-token=Bearer%20s3cret-token"
      }
      const { message } = yield* Effect.flip(exportTrace(spans, env))
      assert.include(message, ": \ufffd[31mno\ufffd room for •••, of basic •••!!!")
      assert.isBelow(message.length, 450)
    })
  )

  it.live("counts what a collector says it did not keep of what it took", () =>
    Effect.gen(function* () {
      const body = JSON.stringify({ partialSuccess: { rejectedSpans: "2", errorMessage: "too old" } })
      const collector = yield* collect(() => ({ status: 200, body }))
      const error = yield* Effect.flip(exportTrace(spans, { ...JSON_TO, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }))
      assert.include(error.message, "too old (3 of 5 spans arrived)")
    })
  )

  it.live("reads an answer as what it says it is, in whatever way the spans were sent", () =>
    Effect.gen(function* () {
      const body = JSON.stringify({ partialSuccess: { rejectedSpans: 2, errorMessage: "too old" } })
      const collector = yield* collect(() => ({ status: 200, body, contentType: "application/json; charset=utf-8" }))
      const env = { OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf", OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
      const { message } = yield* Effect.flip(exportTrace(spans, env))
      assert.include(message, "too old (3 of 5 spans arrived)")
    })
  )

  it.live.each([
    ["text/html; charset=utf-8", "<!doctype html>", "answered with text/html, which is no OTLP"],
    ["application/json", "<!doctype html>", "answered with application/json that is no OTLP"],
    ["application/x-protobuf", "<!doctype html>", "answered with application/x-protobuf that is no OTLP"]
  ] as const)("takes a page of the web sent as %s for no answer of a collector", ([contentType, body, expected]) =>
    Effect.gen(function* () {
      const collector = yield* collect(() => ({ status: 200, body, contentType }))
      for (const protocol of ["http/json", "http/protobuf"]) {
        const env = { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
        const { message } = yield* Effect.flip(exportTrace(spans, env))
        assert.include(message, expected)
        assert.include(message, "(0 of 5 spans arrived)")
      }
    })
  )

  it.live("sends again what a busy collector did not take, when it said that it would", () =>
    Effect.gen(function* () {
      const collector = yield* collect((request) => (request === 0 ? { status: 429, retryAfter: "1" } : 200))
      yield* exportTrace(spans, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
      assert.lengthOf(spansIn(collector.requests), spans.length)
      const [first = 0, second = 0] = collector.times
      assert.isAtLeast(second - first, 950)
    })
  )

  it.live("says in one line what was not sent when the collector refuses, and what had been", () =>
    Effect.gen(function* () {
      const collector = yield* collect((request) => (request === 0 ? 200 : 401))
      const many = project([
        event.runStarted(1500),
        ...Array.from({ length: 1500 }, (_, n) => event.hit(1, `s@n=${n}`))
      ])
      const error = yield* Effect.flip(exportTrace(many, { ...JSON_TO, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }))
      assert.strictEqual(
        error.message,
        `the trace was not sent to ${collector.url}/v1/traces: HTTP 401 Unauthorized (501 of 1501 spans arrived)`
      )
    })
  )

  it.live("gives up on a collector that is not there, without its password in the message", () =>
    Effect.gen(function* () {
      const env = {
        // A port that nothing can listen on.
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://user:secret@127.0.0.1:1",
        OTEL_EXPORTER_OTLP_TIMEOUT: "200"
      }
      const { message } = yield* Effect.flip(exportTrace(spans, env))
      assert.match(
        message,
        /^the trace was not sent to http:\/\/127\.0\.0\.1:1\/v1\/traces: .*ECONNREFUSED.* \(0 of 5 spans arrived\)$/u
      )
      assert.notInclude(message, "secret")
    })
  )

  it.live.each([
    ["is overloaded", 503],
    ["never answers", 0]
  ] as const)("gives up on a collector that %s", ([, status]) =>
    Effect.gen(function* () {
      const collector = yield* collect(() => status)
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_TIMEOUT: "100" }
      const error = yield* Effect.flip(exportTrace(spans, env, 300))
      assert.match(error.message, /\(0 of 5 spans arrived\)$/u)
    })
  )

  it.effect("says which protocols are spoken, and that a URL is none", () =>
    Effect.gen(function* () {
      const grpc = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://x:4317", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }
      assert.include((yield* Effect.flip(exportTrace(spans, grpc))).message, "PROTOCOL is grpc")
      const own = { ...grpc, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "udp" }
      assert.include((yield* Effect.flip(exportTrace(spans, own))).message, "OTLP_TRACES_PROTOCOL is udp")
      const wrong = { OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318" }
      assert.strictEqual(
        (yield* Effect.flip(exportTrace(spans, wrong))).message,
        "OTEL_EXPORTER_OTLP_ENDPOINT is localhost:4318: expected a URL, such as http://localhost:4318"
      )
      const secret = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "ftp://me:pass@c/v1/traces" }
      assert.strictEqual(
        (yield* Effect.flip(exportTrace(spans, secret))).message,
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is ftp://c/v1/traces: expected a URL, such as http://localhost:4318/v1/traces"
      )
    })
  )

  it.effect("says how a collector is named where none is", () =>
    Effect.gen(function* () {
      assert.include((yield* Effect.flip(exportTrace(spans, {}))).message, "OTEL_EXPORTER_OTLP_ENDPOINT=http")
    })
  )
})

describe("wantsExport", () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" }

  it.each([
    [{}, false],
    [endpoint, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, false],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://localhost:4318/v1/traces" }, true],
    [{ ...endpoint, OTEL_SDK_DISABLED: "TRUE" }, false],
    [{ ...endpoint, OTEL_SDK_DISABLED: "false" }, true],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: "none" }, false],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: "console, otlp" }, true],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: "" }, true]
  ])("reads %o as %s", (env, expected) => {
    assert.strictEqual(wantsExport(env), expected)
  })
})

describe("endpointOf", () => {
  it("adds the path to the common endpoint only", () => {
    assert.strictEqual(
      endpointOf({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318/otlp//" }),
      "http://c:4318/otlp/v1/traces"
    )
    assert.strictEqual(
      endpointOf({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t/x" }),
      "http://t/x"
    )
  })
})

describe("traceResource", () => {
  it("lets the service name win over the attributes, and these over ours", () => {
    const attributes = "service.name=a,deployment.environment=lab%20one,broken,=empty"
    assert.deepInclude(traceResource({ OTEL_RESOURCE_ATTRIBUTES: attributes }), {
      "service.name": "a",
      "deployment.environment": "lab one"
    })
    assert.strictEqual(
      traceResource({ OTEL_RESOURCE_ATTRIBUTES: attributes, OTEL_SERVICE_NAME: "b" })["service.name"],
      "b"
    )
    assert.strictEqual(traceResource({})["service.name"], "athanor")
  })

  it("takes escapes apart that are UTF-8, and leaves alone what is none", () => {
    assert.deepStrictEqual(keyPairs("a=%C3%A9t%C3%A9, b = 100%,c=x=y"), { a: "été", b: "100%", c: "x=y" })
  })
})
