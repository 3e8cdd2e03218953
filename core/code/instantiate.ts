/** Evaluates the modules of a stage. */
import { Script } from "node:vm"
import { isGuarded } from "../fault/hooks.ts"
import { stopMakers } from "./function-makers.ts"

/** Milliseconds that a stage's modules have: what takes longer would hold up every command that names the stage. */
export const LOADING_LIMIT = 5000

/**
 * Calls the factory of a bundle. Throws what it throws, and `isTimeout` errors when it has not returned in time.
 *
 * Keeping the time costs a millisecond, which is what an infinite `limit` saves.
 */
export const instantiate = (factory: () => unknown, limit = LOADING_LIMIT): unknown => {
  if (limit === Number.POSITIVE_INFINITY) return factory()
  // Whoever keeps the time is no worker: nothing else lies between the stage and this process.
  if (isGuarded("seal-planner")) stopMakers()
  Reflect.set(globalThis, SLOT, factory)
  try {
    // Only a script is ended by Node when its time is over, and a script sees only globals.
    return SCRIPT.runInThisContext({ timeout: limit, displayErrors: false })
  } finally {
    Reflect.deleteProperty(globalThis, SLOT)
  }
}

/** Where the script finds what it calls. */
const SLOT = Symbol.for("athanor/code/factory")

const SCRIPT = new Script('globalThis[Symbol.for("athanor/code/factory")]()')

export const isTimeout = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
