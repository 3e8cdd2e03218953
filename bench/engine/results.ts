/** What a benchmark leaves behind: a page with its tables, and a plot. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Shape } from "./graph.ts"
import type { Cost } from "./measure.ts"
import { drawPlot } from "./plot.ts"
import type { Measurements, Scenario } from "./scenarios.ts"
import { markdownTable } from "./tables.ts"

/** One peer on one graph. */
export interface Result {
  readonly peer: string
  readonly version: string
  readonly shape: Shape
  readonly size: number
  /** Bodies that have to run. */
  readonly necessary: { readonly [scenario in Scenario]?: number }
  readonly measurements: Measurements
  /** Seconds that its cold run was expected to take, when that was too long. */
  readonly expected?: number
}

export interface Benchmark {
  /** Class of the machine: no names. */
  readonly machine: string
  /** What an empty Node process costs. */
  readonly floor: Cost
  /** Peers that this machine lacks. */
  readonly missing: ReadonlyArray<string>
  /** Peers that were not asked for. */
  readonly leftOut: ReadonlyArray<string>
  readonly results: ReadonlyArray<Result>
}

/** Writes `engine.md` and `engine.svg`. */
export const writeResults = async (folder: string, benchmark: Benchmark): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "engine.md"), page(benchmark))
  writeFileSync(join(folder, "engine.svg"), await drawPlot(benchmark.results))
}

const page = ({ machine, floor, missing, leftOut, results }: Benchmark): string => {
  const versions = new Map(results.map(({ peer, version }) => [peer, version]))
  const graphs = Map.groupBy(results, ({ shape, size }) => `${shape} ${size}`)
  return `# The engine beside others

Written by \`npx node bench/engine/main.ts\`; [its README](../README.md) says what is measured. ${machine}. \`node -e 0\`: ${floor.cpu.toFixed(3)} s
of processor time. Versions: ${Array.from(versions, ([peer, version]) => `${peer} ${version}`).join(", ")}.${named("Not on this machine", missing)}${named(
    "Not asked for",
    leftOut
  )}

Processor seconds of the whole tree, in brackets the bodies that ran; \`!\` where another number has to run. \`ms a task\` is that of the
cold run, MiB the largest process of any scenario.

![Processor time of a task of a cold run, and of a run in which nothing changed](engine.svg)

${[...graphs.values()].map(markdownTable).join("\n\n")}
`
}

const named = (title: string, peers: ReadonlyArray<string>): string =>
  peers.length === 0 ? "" : ` ${title}: ${peers.join(", ")}.`
