/**
 * When the engine compiles hot code a second time, optimised.
 *
 * Most commands, and the planning of a run, are over before that pays: a fifth of their processor time went there. So it
 * begins when a stage runs, whose code may be hot for hours, or when a command has taken a while.
 */
import { setFlagsFromString } from "node:v8"

/** Milliseconds after which a command is no brief one. */
const BRIEF = 700

let isOptimised = true

/** Puts off optimisation, in all threads of this process. */
export const optimiseLate = (): void => {
  isOptimised = false
  setFlagsFromString("--no-opt")
  setTimeout(optimise, BRIEF).unref()
}

/** From now on hot code is optimised. */
export const optimise = (): void => {
  if (isOptimised) return
  isOptimised = true
  setFlagsFromString("--opt")
}
