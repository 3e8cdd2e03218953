/** What a machine has of the backends that stages train on. */
import { Effect } from "effect"
import { BACKENDS, type Backend } from "../stage/Compute.ts"
import type { DeviceClass } from "./device-class.ts"

/** Whether there is a backend: with what computes, in the words of its driver, or with why there is not. */
export type BackendState =
  | { readonly _tag: "Here"; readonly device: DeviceClass; readonly adapter: string }
  | { readonly _tag: "Absent"; readonly device: DeviceClass; readonly reason: string; readonly advice?: string }

/**
 * What there is of a backend for the code of a file: packages may be others elsewhere. To know it may take time; it is asked
 * for when something depends on it.
 */
export type MachineBackends = (backend: Backend, source: string) => Effect.Effect<BackendState>

/** A machine of which nothing is known but that it has a processor. */
export const processorAlone: MachineBackends = (backend) =>
  Effect.succeed(
    backend === "wasm" || backend === "cpu"
      ? { _tag: "Here", device: backend, adapter: "the processor" }
      : { _tag: "Absent", device: backend, reason: "nobody has looked for it" }
  )

/** The names of those that are there, the fastest first. */
export const backendsHere = (states: MachineBackends, source: string): Effect.Effect<ReadonlyArray<Backend>> =>
  Effect.filter(BACKENDS, (backend) => Effect.map(states(backend, source), ({ _tag }) => _tag === "Here"))
