/** Composes the program: the stage types that it knows, the place of its parts, the services of Node. */
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { program } from "../core/cli/program.ts"
import { Host } from "../core/run/Host.ts"
import { Registry } from "../core/stage/Registry.ts"
import manifest from "../package.json" with { type: "json" }
import { registry } from "./registry.ts"

// This module is built into a folder below `dist/`, beside the worker and the one `effect`.
const root = join(dirname(fileURLToPath(import.meta.url)), "../..")

program(manifest.version).pipe(
  Effect.provideService(Registry, { files: registry(root) }),
  Effect.provideService(Host, {
    version: manifest.version,
    effectModule: new URL("./effect.js", import.meta.url).href,
    workerModule: new URL("./worker.js", import.meta.url),
    processModule: new URL("./worker-process.js", import.meta.url),
    helperModule: new URL("./helper.js", import.meta.url),
    hostModule: new URL("./command-host.js", import.meta.url),
    probeModule: new URL("./probe-process.js", import.meta.url),
    contract: join(root, "core/stage/contract.ts")
  }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
