/** A collector on this machine, which takes nothing but what the definitions of OTLP allow, and keeps it. */
import { createServer, type IncomingHttpHeaders } from "node:http"
import { gunzipSync } from "node:zlib"
import { Effect } from "effect"
import { readJson, readProtobuf } from "./otlp-schema.ts"

/** An `ExportTraceServiceRequest`, as far as the tests look into it. */
export interface TraceRequest {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: { readonly attributes: ReadonlyArray<KeyValue> }
    readonly scopeSpans: ReadonlyArray<{
      readonly scope: { readonly name: string; readonly version: string }
      readonly spans: ReadonlyArray<SentSpan>
    }>
  }>
}

/** An `ExportMetricsServiceRequest`, likewise. */
export interface MetricsRequest {
  readonly resourceMetrics: ReadonlyArray<{
    readonly scopeMetrics: ReadonlyArray<{ readonly metrics: ReadonlyArray<SentMetric> }>
  }>
}

export interface SentMetric {
  readonly name: string
  readonly unit: string
  readonly sum?: { readonly dataPoints: ReadonlyArray<SentPoint>; readonly isMonotonic: boolean }
  readonly gauge?: { readonly dataPoints: ReadonlyArray<SentPoint> }
  readonly histogram?: { readonly dataPoints: ReadonlyArray<SentPoint> }
}

interface SentPoint {
  readonly attributes: ReadonlyArray<KeyValue>
  readonly asDouble?: number
  readonly count?: string
  readonly sum?: number
  readonly bucketCounts?: ReadonlyArray<string>
}

export interface KeyValue {
  readonly key: string
  readonly value: { readonly [type: string]: unknown }
}

export interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly flags?: number
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<KeyValue>
  readonly droppedAttributesCount?: number
  readonly events: ReadonlyArray<{
    readonly name: string
    readonly timeUnixNano: string
    readonly attributes: ReadonlyArray<KeyValue>
  }>
  readonly droppedEventsCount?: number
  readonly links: ReadonlyArray<{ readonly traceId: string; readonly spanId: string; readonly flags?: number }>
  readonly status: { readonly code: number; readonly message?: string }
}

export interface Collector {
  readonly url: string
  readonly paths: ReadonlyArray<string>
  readonly headers: ReadonlyArray<IncomingHttpHeaders>
  /** When each request came, in milliseconds. */
  readonly times: ReadonlyArray<number>
  /** What was taken. */
  readonly requests: ReadonlyArray<TraceRequest>
  readonly metrics: ReadonlyArray<MetricsRequest>
  /** What came and is not as the definitions have it. */
  readonly faults: ReadonlyArray<string>
}

/** What is answered: a status, or 0 for silence; with a status of 200 perhaps that some spans were not taken. */
export interface Reply {
  readonly status: number
  readonly retryAfter?: string
  readonly body?: string
  /** `application/json` when absent. */
  readonly contentType?: string
}

/** Listens until the scope closes; `answer` gives the reply to a request by its number from 0. */
export const collect = (answer: (request: number) => number | Reply = () => 200) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly collector: Collector; readonly close: () => void }>((resume) => {
        const paths: Array<string> = []
        const headers: Array<IncomingHttpHeaders> = []
        const times: Array<number> = []
        const requests: Array<TraceRequest> = []
        const metrics: Array<MetricsRequest> = []
        const faults: Array<string> = []
        const enter = (path: string, received: IncomingHttpHeaders, sent: Buffer): void => {
          const body = received["content-encoding"] === "gzip" ? gunzipSync(sent) : sent
          const message = path.endsWith("/metrics") ? "ExportMetricsServiceRequest" : "ExportTraceServiceRequest"
          const isJson = received["content-type"] === "application/json"
          try {
            const read = isJson ? readJson(message, JSON.parse(body.toString())) : readProtobuf(message, body)
            if ("resourceMetrics" in read) metrics.push(read as unknown as MetricsRequest)
            else requests.push(read as unknown as TraceRequest)
          } catch (cause) {
            faults.push(String(cause))
          }
        }
        const server = createServer((request, response) => {
          const chunks: Array<Buffer> = []
          request.on("data", (chunk: Buffer) => chunks.push(chunk))
          request.on("end", () => {
            const given = answer(paths.length)
            const reply: Reply = typeof given === "number" ? { status: given } : given
            const { body = "", contentType = "application/json", retryAfter, status } = reply
            paths.push(request.url ?? "")
            headers.push(request.headers)
            times.push(performance.now())
            if (status === 0) return
            if (status === 200) enter(request.url ?? "", request.headers, Buffer.concat(chunks))
            const wait = retryAfter === undefined ? {} : { "retry-after": retryAfter }
            response.writeHead(status, { "content-type": contentType, ...wait }).end(body)
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          const url = `http://127.0.0.1:${port}`
          const collector = { url, paths, headers, times, requests, metrics, faults }
          const close = () => {
            server.closeAllConnections()
            server.close()
          }
          resume(Effect.succeed({ collector, close }))
        })
      }),
      ({ close }) => Effect.sync(close)
    ),
    ({ collector }) => collector
  )

/** Attributes by name. */
export const attributesOf = (values: ReadonlyArray<KeyValue>): { readonly [key: string]: unknown } =>
  Object.fromEntries(values.map(({ key, value }) => [key, Object.values(value)[0]]))

/** All spans that arrived. */
export const spansIn = (requests: ReadonlyArray<TraceRequest>): ReadonlyArray<SentSpan> =>
  requests.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  )
