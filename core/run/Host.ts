/** The program that runs a plan: where its parts lie, and what a reader asks about it a year later. */
import { availableParallelism, cpus, totalmem } from "node:os"
import { Context } from "effect"
import { isDurable } from "../store/durability.ts"

export interface HostShape {
  /** Version of Athanor. */
  readonly version: string
  /** URL of the one `effect` module. */
  readonly effectModule: string
  /** The module that `worker.ts` was built to. */
  readonly workerModule: URL
  /** The module that `worker-process.ts` was built to. */
  readonly processModule: URL
  /** The module that `helper.ts` was built to. */
  readonly helperModule: URL
  /** The module that `command-host.ts` was built to. */
  readonly hostModule: URL
  /** The module that `probe-process.ts` was built to. */
  readonly probeModule: URL
  /** The file behind `athanor/stage`. */
  readonly contract: string
}

export class Host extends Context.Service<Host, HostShape>()("athanor/run/Host") {}

/** Version of the JavaScript engine: part of the keys of stages that call `Math.exp` and its like. */
export const engine = process.versions.v8

/** Cores that this process may use. */
export const cores = availableParallelism()

/** Memory that tasks may take together, in bytes: the machine's or its container's, less a fifth for everything else. */
export const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) * 0.8

/** Facts about the machine and the versions, for the journal. */
export const environment = (host: HostShape): { readonly [name: string]: string } => ({
  athanor: host.version,
  node: process.versions.node,
  v8: engine,
  platform: `${process.platform}-${process.arch}`,
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: String(cores),
  ...(isDurable ? {} : { durability: "off" })
})
