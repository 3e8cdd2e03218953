/** Entry point of a worker process: it may read, and do nothing else to the machine. */
import { Server } from "node:net"
import process from "node:process"
import { installModuleHook } from "../code/module-hook.ts"
import { watchRealm } from "./realm.ts"
import { serveAttempts } from "./serve-attempts.ts"
import type { FromWorker, WorkerSettings } from "./worker-protocol.ts"

const settings: WorkerSettings = JSON.parse(process.argv[2] ?? "{}")
installModuleHook(settings)
await import(settings.effectModule)

const { exit } = process
const send = process.send?.bind(process)
if (send === undefined) throw new Error("this module is the entry point of a worker process")
closeGaps()

const tell = (message: FromWorker): void => void send(message)

process.on(
  "message",
  serveAttempts({ send: tell, change: watchRealm(), isStrict: false }) as (message: unknown) => void
)
// The orchestrator has ended, in whatever way.
process.on("disconnect", () => exit())
tell({ _tag: "Ready", memory: process.memoryUsage.rss() })

/** What the permission model leaves to packages: files that are sockets, signals to others, words in this program's name. */
function closeGaps(): void {
  const refuse = (what: string) => (): never => {
    throw new Error(`${what} is not for stages: they read their inputs and return their outputs`)
  }
  Server.prototype.listen = refuse("a server")
  Object.assign(process, { kill: refuse("a signal"), _kill: refuse("a signal") })
  Reflect.deleteProperty(process, "send")
}
