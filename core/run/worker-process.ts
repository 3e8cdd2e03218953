/** Entry point of a worker process: it may read a few folders, and do nothing else to the machine. */
import process from "node:process"
import { installModuleHook } from "../code/module-hook.ts"
import { deviceFault } from "../compute/open-backend.ts"
import { isGuarded } from "../fault/hooks.ts"
import { closeGaps, closeNative } from "./close-gaps.ts"
import { HelperThreads } from "./HelperThreads.ts"
import { loadBlas } from "./load-blas.ts"
import { watchRealm } from "./realm.ts"
import { serveAttempts } from "./serve-attempts.ts"
import type { FromWorker, WorkerSettings } from "./worker-protocol.ts"

const settings: WorkerSettings = JSON.parse(process.argv[2] ?? "{}")
// What a stage calls of packages and libraries is deep: the trace is to reach its own code.
Error.stackTraceLimit = 50
installModuleHook(settings)
await import(settings.effectModule)

const { exit } = process
const send = process.send?.bind(process)
if (send === undefined) throw new Error("this module is the entry point of a worker process")
const helpers = new HelperThreads(new URL(settings.helperModule))
// They are no part of what an attempt takes.
helpers.startNow(settings.helpers ?? 0)
const blas = settings.blas === undefined ? undefined : loadBlas(settings.blas)
if (isGuarded("close-gaps")) {
  closeGaps()
  if (settings.blas?.isLast === true) closeNative()
}

let sent = Promise.resolve()
const tell = (message: FromWorker): void => {
  sent = new Promise((resolve) => send(message, () => resolve()))
}

const realmChange = watchRealm()
const change = (): string | undefined => realmChange() ?? deviceFault()
process.on(
  "message",
  serveAttempts({
    send: tell,
    sent: () => sent,
    helpers,
    blas,
    change,
    isStrict: false,
    wantsSpans: settings.wantsSpans
  }) as (message: unknown) => void
)
// The orchestrator has ended, in whatever way.
process.on("disconnect", () => exit())
tell({ _tag: "Ready", memory: process.memoryUsage.rss() })
