/**
 * What tracing costs a run of brief tasks: nothing of it, what is kept in the run's folder, all of it sent to a collector on
 * this machine, and what is counted of it as well. Loading OpenTelemetry's SDK, which happens once, is measured by a run of one task.
 */
import { createServer } from "node:http"
import type { MeasureBars } from "../Bar.ts"
import { makeProject } from "./project.ts"

const OFF = { OTEL_SDK_DISABLED: "true" }

export const traceBars: MeasureBars = async function* ({ best, part }) {
  const size = 10_000 / part
  const collector = await collect()
  const all = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const traces = { ...all, OTEL_METRICS_EXPORTER: "none" }
  try {
    const costs = await cheapest(best, size, { off: OFF, kept: {}, traces, all })
    const once = await cheapest(best, 1, { off: OFF, traces, all })
    const micros = (seconds: number): number => (1e6 * seconds) / size
    const what = `${size} tasks, wide, matrix: tracing, a task`
    yield { what: `${what}, kept`, measured: micros(costs.kept - costs.off), atMost: 25, unit: "µs CPU", digits: 1 }
    yield { what: "loading the SDK, once", measured: once.traces - once.off, atMost: 0.5, unit: "s CPU", digits: 3 }
    for (const [name, words] of [
      ["traces", "sent"],
      ["all", "sent with metrics"]
    ] as const) {
      const measured = micros(costs[name] - costs.off - (once[name] - once.off))
      yield { what: `${what}, ${words}`, measured, atMost: 25, unit: "µs CPU", digits: 1 }
    }
  } finally {
    collector.close()
  }
}

/** Processor seconds of a new project's first run in each environment, taken in turn so that the machine is the same for all. */
const cheapest = async <Name extends string>(
  rounds: number,
  size: number,
  environments: { readonly [name in Name]: { readonly [variable: string]: string } }
): Promise<{ readonly [name in Name]: number }> => {
  const names = Object.keys(environments) as Array<Name>
  const costs = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])) as { [name in Name]: number }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const { cpu } = await makeProject("wide", size, "matrix").runCost(environments[name])
      costs[name] = Math.min(costs[name], cpu)
    }
  }
  return costs
}

/** A collector that takes whatever comes, in this process: what it costs is not measured. */
const collect = async (): Promise<{ readonly url: string; readonly close: () => void }> => {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200).end())
  })
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}
