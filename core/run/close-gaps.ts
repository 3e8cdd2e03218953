/**
 * What Node's permission model leaves open to the packages of a worker process, taken away before any comes there: the network
 * and other sockets, signals, the debugger, priorities, further threads, and flags by which the engine writes files itself.
 */
import dgram from "node:dgram"
import dns from "node:dns"
import inspector from "node:inspector"
import module, { syncBuiltinESMExports } from "node:module"
import net from "node:net"
import os from "node:os"
import process from "node:process"
import v8 from "node:v8"
import worker from "node:worker_threads"

/** Replaces it all, in this process and for good. What it needs of the channel to the orchestrator must be taken before. */
export const closeGaps = (): void => {
  close(net.Socket.prototype, "the network", ["connect"])
  close(net.Server.prototype, "a server", ["listen"])
  close(net, "a server", ["_createServerHandle"])
  // The channel to the orchestrator is of the class that all sockets with a path are of.
  for (const key of Object.getOwnPropertySymbols(process)) {
    const handle: unknown = Reflect.get(process, key)
    if (isHandle(handle)) close(Object.getPrototypeOf(handle), "a socket", ["bind", "listen", "connect", "open"])
  }
  close(dgram, "the network", ["Socket", "createSocket", "_createSocketHandle"])
  for (const names of [dns, dns.promises]) {
    close(
      names,
      "the network",
      Object.keys(names).filter((name) => /^(?:lookup|resolve|reverse|Resolver)/u.test(name))
    )
  }
  close(globalThis, "the network", ["fetch", "WebSocket", "EventSource"])
  close(inspector, "the debugger", ["open"])
  close(process, "the debugger", ["_debugProcess", "_debugEnd"])
  close(process, "a signal", ["kill", "_kill"])
  close(os, "the priority of a process", ["setPriority"])
  // A thread of its own is held to no permission, and neither is one that hooks into the loading of modules.
  close(worker, "a thread", ["Worker"])
  close(module, "a thread", ["register"])
  // They make the engine write files, and it asks nobody whether it may.
  close(v8, "a flag of the engine", ["setFlagsFromString", "setHeapSnapshotNearHeapLimit"])
  Reflect.deleteProperty(process, "send")
  // Named imports of these modules are copies.
  syncBuiltinESMExports()
}

/** Lets no more native code be loaded than is there. */
export const closeNative = (): void => close(process, "native code", ["dlopen"])

const close = (owner: object, what: string, names: ReadonlyArray<string>): void => {
  const refuse = (): never => {
    throw new Error(`${what} is not for stages: they read their inputs and return their outputs`)
  }
  for (const name of names) {
    // A function, not an arrow: some are called with `new`.
    const value = function refused(): never {
      return refuse()
    }
    Object.defineProperty(owner, name, { value, writable: false, enumerable: true, configurable: false })
  }
}

const isHandle = (value: unknown): value is object =>
  typeof value === "object" && value !== null && "readStart" in value && "bind" in value
