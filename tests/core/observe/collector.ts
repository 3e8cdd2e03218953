/** A collector of traces on this machine, which keeps what it is sent. */
import { createServer, type IncomingHttpHeaders } from "node:http"
import { Effect } from "effect"

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

interface KeyValue {
  readonly key: string
  readonly value: { readonly [type: string]: unknown }
}

export interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<KeyValue>
  readonly events: ReadonlyArray<{
    readonly name: string
    readonly timeUnixNano: string
    readonly attributes: ReadonlyArray<KeyValue>
  }>
  readonly droppedEventsCount?: number
  readonly status: { readonly code: number; readonly message?: string }
}

export interface Collector {
  readonly url: string
  readonly paths: ReadonlyArray<string>
  readonly headers: ReadonlyArray<IncomingHttpHeaders>
  readonly requests: ReadonlyArray<TraceRequest>
}

/** Listens until the scope closes; `answer` gives the status for a request by its number from 0, and 0 for silence. */
export const collect = (answer: (request: number) => number = () => 200) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly collector: Collector; readonly close: () => void }>((resume) => {
        const paths: Array<string> = []
        const headers: Array<IncomingHttpHeaders> = []
        const requests: Array<TraceRequest> = []
        const server = createServer((request, response) => {
          const chunks: Array<Buffer> = []
          request.on("data", (chunk: Buffer) => chunks.push(chunk))
          request.on("end", () => {
            const status = answer(paths.length)
            paths.push(request.url ?? "")
            headers.push(request.headers)
            if (status === 0) return
            if (status === 200) requests.push(JSON.parse(Buffer.concat(chunks).toString()))
            response.writeHead(status, { "content-type": "application/json" }).end("{}")
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          const collector = { url: `http://127.0.0.1:${port}`, paths, headers, requests }
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
