/** What a machine has of the backends that stages train on. */
import { Effect } from "effect"
import { BACKENDS, type Backend } from "../stage/Compute.ts"
import type { DeviceClass } from "./device-class.ts"

/** Whether there is a backend: with what computes, in the words of its driver, or with why there is not. */
export type BackendState =
  | { readonly _tag: "Here"; readonly device: DeviceClass; readonly adapter: string }
  | { readonly _tag: "Absent"; readonly device: DeviceClass; readonly reason: string; readonly advice?: string }

/** To know it may take time: each backend is asked for when something depends on it. */
export type MachineBackends = (backend: Backend) => Effect.Effect<BackendState>

/** A machine of which nothing is known but that it has a processor. */
export const processorAlone: MachineBackends = (backend) =>
  Effect.succeed(
    backend === "wasm" || backend === "cpu"
      ? { _tag: "Here", device: backend, adapter: "the processor" }
      : { _tag: "Absent", device: backend, reason: "nobody has looked for it" }
  )

/** The names of those that are there, the fastest first. */
export const backendsHere = (states: MachineBackends): Effect.Effect<ReadonlyArray<Backend>> =>
  Effect.filter(BACKENDS, (backend) => Effect.map(states(backend), ({ _tag }) => _tag === "Here"))
