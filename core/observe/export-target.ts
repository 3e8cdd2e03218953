/** The collector that the standard OpenTelemetry variables name, if any, and how it wants to be spoken to. */
import type { Environment } from "./Environment.ts"
import { keyPairs } from "./trace-resource.ts"

/** What is sent; each may go elsewhere. */
export type Signal = "traces" | "metrics"

export type Protocol = "http/protobuf" | "http/json"

export interface ExportTarget {
  /** `http://localhost:4318/v1/traces` */
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly protocol: Protocol
  readonly isCompressed: boolean
  /** Milliseconds that a request may take. */
  readonly timeout: number
  /** Files of what a connection by TLS is checked with, and shows. */
  readonly certificates: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

/** A value that is none of those that are known here. */
export interface TargetFault {
  readonly fault: string
}

/** Milliseconds, as the specification has it. */
const TIMEOUT = 10_000

/** Whether the environment names a collector for a signal, and nothing there turns the export off. */
export const wantsExport = (env: Environment, signal: Signal = "traces"): boolean => {
  if (env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true") return false
  const exporters = (env[`OTEL_${signal.toUpperCase()}_EXPORTER`] ?? "").split(",").map((name) => name.trim())
  const usesOtlp = exporters.includes("otlp") || exporters.every((name) => name === "")
  return usesOtlp && endpointOf(env, signal) !== undefined
}

/** The URL for a signal: `…_TRACES_ENDPOINT` as it is, `…_ENDPOINT` with `/v1/traces`. */
export const endpointOf = (env: Environment, signal: Signal = "traces"): string | undefined => {
  const own = env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]?.trim()
  if (own) return own
  const common = env["OTEL_EXPORTER_OTLP_ENDPOINT"]?.trim()
  return common ? `${common.replace(/\/+$/u, "")}/v1/${signal}` : undefined
}

/** Where a signal goes; what is wrong with the variables where that cannot be. `undefined` where no endpoint is named. */
export const targetOf = (env: Environment, signal: Signal = "traces"): ExportTarget | TargetFault | undefined => {
  const url = endpointOf(env, signal)
  if (url === undefined) return undefined
  /** The variable that counts, as it stands in the environment. */
  const variable = (name: string) =>
    [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`, `OTEL_EXPORTER_OTLP_${name}`].find((full) =>
      env[full]?.trim()
    )
  const of = (name: string): string | undefined => env[variable(name) ?? ""]?.trim()
  if (!/^https?:\/\//iu.test(url) || !URL.canParse(url)) {
    const given = shownUrl(of("ENDPOINT") ?? "")
    const example = variable("ENDPOINT")?.includes(signal.toUpperCase()) ? `/v1/${signal}` : ""
    return { fault: `${variable("ENDPOINT")} is ${given}: expected a URL, such as http://localhost:4318${example}` }
  }
  const protocol = of("PROTOCOL") ?? "http/protobuf"
  if (protocol !== "http/protobuf" && protocol !== "http/json") {
    return { fault: `${variable("PROTOCOL")} is ${protocol}: spoken here are http/protobuf and http/json` }
  }
  const timeout = Number(of("TIMEOUT"))
  return {
    url,
    protocol,
    headers: {
      ...keyPairs(env["OTEL_EXPORTER_OTLP_HEADERS"]),
      ...keyPairs(env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`])
    },
    isCompressed: of("COMPRESSION") === "gzip",
    timeout: Number.isFinite(timeout) && timeout > 0 ? timeout : TIMEOUT,
    certificates: present({ ca: of("CERTIFICATE"), cert: of("CLIENT_CERTIFICATE"), key: of("CLIENT_KEY") })
  }
}

const present = (files: { readonly [name: string]: string | undefined }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(files).flatMap(([name, file]) => (file === undefined ? [] : [[name, file]])))

/** A URL as it may be shown: without user name, password and what follows the path. */
export const shownUrl = (url: string): string => url.replace(/\/\/[^/@]*@/u, "//").replace(/\?.*$/u, "")
