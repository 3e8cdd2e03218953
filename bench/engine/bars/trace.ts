/**
 * What tracing costs a run of brief tasks: nothing of it, what is kept in the run's folder, and all of it sent to a collector
 * on this machine. Loading OpenTelemetry's SDK, which happens once, is measured by a run of one task.
 */
import { createServer } from "node:http"
import type { MeasureBars } from "../Bar.ts"
import { makeProject } from "./project.ts"

const OFF = { OTEL_SDK_DISABLED: "true" }

export const traceBars: MeasureBars = async function* ({ best, part }) {
  const size = 10_000 / part
  const collector = await collect()
  const sent = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  try {
    const [off, kept, all] = await cheapest(best, size, [OFF, {}, sent])
    const [offOnce, once] = await cheapest(best, 1, [OFF, sent])
    const micros = (seconds: number): number => (1e6 * seconds) / size
    const what = `${size} tasks, wide, matrix: tracing, a task`
    yield { what: `${what}, kept`, measured: micros(kept - off), atMost: 25, unit: "µs CPU", digits: 1 }
    const load = once - offOnce
    yield { what: "loading the SDK, once", measured: load, atMost: 0.5, unit: "s CPU", digits: 3 }
    yield { what: `${what}, sent`, measured: micros(all - off - load), atMost: 25, unit: "µs CPU", digits: 1 }
  } finally {
    collector.close()
  }
}

/** Processor seconds of a new project's first run under each environment, taken in turn so that the machine is the same for all. */
const cheapest = async (
  rounds: number,
  size: number,
  environments: ReadonlyArray<{ readonly [name: string]: string }>
): Promise<[number, number, number]> => {
  const costs = environments.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < rounds; round++) {
    for (const [index, env] of environments.entries()) {
      const project = makeProject("wide", size, "matrix")
      const { cpu } = await project.runCost(env)
      costs[index] = Math.min(costs[index] ?? cpu, cpu)
    }
  }
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = costs
  return [a, b, c]
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
