/** What stages can train on here, in the order in which backends are taken. */
import { Effect } from "effect"
import { isBackendName } from "../document/backend-fault.ts"
import { BACKEND_VARIABLE } from "../plan/choose-device.ts"
import type { BackendState, MachineBackends } from "../plan/MachineBackends.ts"
import { BACKENDS, type Backend } from "../stage/Compute.ts"
import { type CheckupLine, problem } from "./Checkup.ts"

/** A line for each backend, as the code of a file has it: what computes, or why it is not taken, and what it needs. */
export const checkBackends = Effect.fnUntraced(function* (
  backends: MachineBackends,
  source: string,
  env: NodeJS.ProcessEnv
) {
  const asked = env[BACKEND_VARIABLE] || "auto"
  const states = yield* Effect.forEach(BACKENDS, (backend) =>
    Effect.map(backends(backend, source), (state) => ({ backend, state }))
  )
  const first = states.find(({ state }) => state._tag === "Here")?.backend
  const taken = asked === "auto" ? first : asked
  const lines = states.map(({ backend, state }) => lineOf(backend, state, { asked, first, taken }))
  if (isBackendName(asked)) return lines
  const fact = `${BACKEND_VARIABLE}=${asked} names no backend`
  return [...lines, problem("backend", fact, `set it to one of: auto, ${BACKENDS.join(", ")}`)]
})

interface Choice {
  readonly asked: string
  readonly first: Backend | undefined
  readonly taken: string | undefined
}

const lineOf = (backend: Backend, state: BackendState, { asked, first, taken }: Choice): CheckupLine => {
  const isAsked = asked === backend
  if (state._tag === "Absent") {
    const advice = state.advice === undefined ? {} : { advice: state.advice }
    const missed = isAsked ? `${BACKEND_VARIABLE} asks for it, and it is not here` : "not taken"
    return { name: backend, health: isAsked ? "problem" : "good", fact: `${missed}: ${state.reason}`, ...advice }
  }
  const why = isAsked
    ? `taken, as ${BACKEND_VARIABLE} says`
    : taken === backend
      ? "taken, the first that is here"
      : asked === "auto"
        ? `here, and taken where a stage cannot use ${first}`
        : `here, and taken where a stage names it: ${BACKEND_VARIABLE} says ${asked}`
  return { name: backend, health: "good", fact: `${state.adapter}; ${why}` }
}
