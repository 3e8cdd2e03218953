/** A program whose parts lie nowhere: for what asks only for its names. */
import type { HostShape } from "../core/run/Host.ts"

export const SOME_HOST: HostShape = {
  version: "0.0.0",
  effectModule: "file:///effect.js",
  workerModule: new URL("file:///worker.js"),
  processModule: new URL("file:///worker-process.js"),
  probeModule: new URL("file:///probe-process.js"),
  helperModule: new URL("file:///helper.js"),
  hostModule: new URL("file:///command-host.js"),
  contract: "/contract.ts"
}
