/** Calls of code that may never return, in the process that waits for them. */
import { Script } from "node:vm"

/**
 * Calls a function. Throws what it throws, and `isTimeout` errors when it has not returned in time.
 *
 * Keeping the time costs 50 µs of a processor, and longer where the machine is busy; an infinite `limit` saves it. What the
 * function was at when its time was over stays as it was at that moment: not even its `finally` runs.
 */
export const withinLimit = <A>(call: () => A, limit: number): A => {
  if (limit === Number.POSITIVE_INFINITY) return call()
  Reflect.set(globalThis, SLOT, call)
  try {
    // Only a script is ended by Node when its time is over, and a script sees only globals.
    return SCRIPT.runInThisContext({ timeout: limit, displayErrors: false })
  } finally {
    Reflect.deleteProperty(globalThis, SLOT)
  }
}

/** Where the script finds what it calls. */
const SLOT = Symbol.for("athanor/code/call")

const SCRIPT = new Script('globalThis[Symbol.for("athanor/code/call")]()')

export const isTimeout = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
