/** Evaluates the modules of a stage. */
import { isGuarded } from "../fault/hooks.ts"
import { stopMakers } from "./function-makers.ts"
import { withinLimit } from "./time-limit.ts"

/** Milliseconds that a stage's modules have: what takes longer would hold up every command that names the stage. */
export const LOADING_LIMIT = 5000

/** Calls the factory of a bundle. Throws what it throws, and `isTimeout` errors when it has not returned in time. */
export const instantiate = (factory: () => unknown, limit = LOADING_LIMIT): unknown => {
  // Whoever keeps the time is no worker: nothing else lies between the stage and this process.
  if (limit !== Number.POSITIVE_INFINITY && isGuarded("seal-planner")) stopMakers()
  return withinLimit(factory, limit)
}
