/** Sends the spans of a run to the collector that the standard OpenTelemetry variables name, Jaeger for instance. */
import { Data, Effect } from "effect"
import type { Environment } from "./Environment.ts"
import { endpointOf, wantsExport } from "./export-target.ts"
import type { RunSpan } from "./RunSpan.ts"
import { keyPairs, traceResource } from "./trace-resource.ts"

/** The spans did not all arrive. Costs a warning, never the run. */
export class TraceNotSent extends Data.TaggedError("TraceNotSent")<{
  /** Where to, without user name and password. */
  readonly endpoint: string
  readonly sent: number
  readonly total: number
  readonly reason: string
}> {
  override get message(): string {
    return `trace not sent to ${this.endpoint}: ${this.reason} (${this.sent} of ${this.total} spans arrived)`
  }
}

/** Milliseconds for a request where no variable says otherwise: a person waits at the end of the run. */
const TIMEOUT = 3000

/** Requests that may take all their time before the rest is given up. */
const PATIENCE = 5

/** Sends all spans, or fails within a few seconds. Does nothing where `wantsExport` is false. */
export const exportTrace = (spans: ReadonlyArray<RunSpan>, env: Environment): Effect.Effect<void, TraceNotSent> => {
  const endpoint = endpointOf(env)
  if (endpoint === undefined || !wantsExport(env) || spans.length === 0) return Effect.void
  const failed = (sent: number, reason: string) =>
    new TraceNotSent({ endpoint: withoutCredentials(endpoint), sent, total: spans.length, reason })
  const protocol = env["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] || env["OTEL_EXPORTER_OTLP_PROTOCOL"]
  if (protocol === "grpc") {
    return Effect.fail(failed(0, "gRPC is not spoken here, set OTEL_EXPORTER_OTLP_PROTOCOL to http/json"))
  }
  const timeout = timeoutOf(env)
  return Effect.gen(function* () {
    const { send } = yield* Effect.tryPromise({
      try: () => import("./otlp-sender.ts"),
      catch: (cause) => failed(0, reasonOf(cause))
    })
    const options = { url: endpoint, headers: headersOf(env), resource: traceResource(env) }
    yield* send(spans, { ...options, timeout, patience: PATIENCE * timeout }).pipe(
      Effect.mapError(({ sent, cause }) => failed(sent, reasonOf(cause)))
    )
  })
}

const headersOf = (env: Environment): { readonly [name: string]: string } => ({
  ...keyPairs(env["OTEL_EXPORTER_OTLP_HEADERS"]),
  ...keyPairs(env["OTEL_EXPORTER_OTLP_TRACES_HEADERS"])
})

const timeoutOf = (env: Environment): number => {
  const given = Number(env["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] || env["OTEL_EXPORTER_OTLP_TIMEOUT"])
  return Number.isFinite(given) && given > 0 ? given : TIMEOUT
}

const withoutCredentials = (endpoint: string): string => endpoint.replace(/\/\/[^/@]*@/u, "//").replace(/\?.*$/u, "")

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return "the collector did not take them"
  const status = "code" in cause && typeof cause.code === "number" ? `HTTP ${cause.code} ` : ""
  // A connection tried at several addresses fails with a list of errors, and no message of its own.
  const text = cause instanceof AggregateError ? cause.errors.map(reasonOf).join(", ") : cause.message
  return `${status}${text}`.replaceAll(/\s+/gu, " ").trim() || "the collector did not take them"
}
