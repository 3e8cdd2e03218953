/** Metrics of a run in the form of OpenTelemetry's SDK, encoded by it; loaded by whoever has loaded the SDK. */
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer"
import { api, metrics } from "@opentelemetry/sdk-node"
import { ATTRIBUTE, METRIC } from "../record/semantic-conventions.ts"
import type { Protocol } from "./export-target.ts"
import { BOUNDS, type InstrumentName, type RunMetrics, type Series } from "./RunMetrics.ts"
import type { Attributes } from "./RunSpan.ts"
import { hrTime, sdkResource } from "./telemetry.ts"
import { SCOPE } from "./trace-resource.ts"

/** The body of a request with all that was counted up to an instant, in milliseconds since 1970. */
export const encodeMetrics = (run: RunMetrics, at: number, protocol: Protocol, given: Attributes): Uint8Array => {
  const serializer = protocol === "http/json" ? JsonMetricsSerializer : ProtobufMetricsSerializer
  // Runs at the same time count for themselves.
  const own = { ...given, [ATTRIBUTE.serviceInstance]: run.runId }
  const body = serializer.serializeRequest({
    resource: sdkResource(own),
    scopeMetrics: [{ scope: SCOPE, metrics: [...run.instruments].map(([name, all]) => metricOf(name, all, run, at)) }]
  })
  if (body === undefined) throw new Error("the SDK does not encode these metrics")
  return body
}

const metricOf = (
  name: InstrumentName,
  all: ReadonlyMap<string, Series>,
  { startedAt }: RunMetrics,
  at: number
): metrics.MetricData => {
  const { kind, name: full, unit, what: description } = METRIC[name]
  const base = {
    descriptor: { name: full, description, unit, valueType: api.ValueType.DOUBLE },
    aggregationTemporality: metrics.AggregationTemporality.CUMULATIVE
  }
  const time = { startTime: hrTime(startedAt), endTime: hrTime(at) }
  const points = [...all.values()].map(({ attributes, value }) => ({ ...time, attributes, value }))
  if (kind === "counter")
    return { ...base, dataPointType: metrics.DataPointType.SUM, isMonotonic: true, dataPoints: points }
  if (kind === "gauge") return { ...base, dataPointType: metrics.DataPointType.GAUGE, dataPoints: points }
  const dataPoints = [...all.values()].map(({ attributes, classes: counts, count, max, min, value: sum }) => ({
    ...time,
    attributes,
    value: { buckets: { boundaries: [...BOUNDS], counts: [...counts] }, sum, count, min, max }
  }))
  return { ...base, dataPointType: metrics.DataPointType.HISTOGRAM, dataPoints }
}
