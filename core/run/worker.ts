/** Entry point of a worker thread. */
import { parentPort, workerData } from "node:worker_threads"
import { installModuleHook } from "../code/module-hook.ts"
import { isGuarded } from "../fault/hooks.ts"
import { writeCheckpoint } from "./checkpoint-file.ts"
import { HelperThreads } from "./HelperThreads.ts"
import { sealRealm } from "./realm.ts"
import { serveAttempts } from "./serve-attempts.ts"
import type { WorkerSettings } from "./worker-protocol.ts"

if (parentPort === null) throw new Error("this module is the entry point of a worker thread")
const port = parentPort

const { effectModule, helperModule, mustSync, wantsSpans }: WorkerSettings = workerData
// What a stage calls of packages and libraries is deep: the trace is to reach its own code.
Error.stackTraceLimit = 50
installModuleHook({ effectModule, refusesPackages: true })
// All of it is evaluated in a realm as the language has it; what stages add is evaluated in the sealed one.
await import(effectModule)

port.on(
  "message",
  serveAttempts({
    send: (message, transfer) => port.postMessage(message, transfer),
    helpers: new HelperThreads(new URL(helperModule)),
    writeCheckpoint: (folder, content) => writeCheckpoint(folder, content, mustSync),
    change: isGuarded("seal-threads") ? sealRealm() : () => undefined,
    isStrict: true,
    wantsSpans
  })
)
