/** The collector that the standard OpenTelemetry variables name, if any. */
import type { Environment } from "./Environment.ts"

/** Whether the environment names a collector for traces, and nothing there turns the export off. */
export const wantsExport = (env: Environment): boolean => {
  if (env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true") return false
  const exporters = (env["OTEL_TRACES_EXPORTER"] ?? "").split(",").map((name) => name.trim())
  const usesOtlp = exporters.includes("otlp") || exporters.every((name) => name === "")
  return usesOtlp && endpointOf(env) !== undefined
}

/** The URL for traces: `…_TRACES_ENDPOINT` as it is, `…_ENDPOINT` with `/v1/traces`. */
export const endpointOf = (env: Environment): string | undefined => {
  const own = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]?.trim()
  if (own) return own
  const common = env["OTEL_EXPORTER_OTLP_ENDPOINT"]?.trim()
  return common ? `${common.replace(/\/+$/u, "")}/v1/traces` : undefined
}
