/** Backends for the tests of `stages/compute`, opened as the engine opens them. */
import { Effect } from "effect"
import { openBackend } from "../../../core/compute/open-backend.ts"
import * as Compute from "../../../core/stage/Compute.ts"
import { session } from "../../../stages/compute/session.ts"
import { hasSwiftShader, loadSwiftShader } from "../../swiftshader.ts"

export type Device = "cpu" | "wasm" | "webgpu-software"

/** Those that this machine has. SwiftShader is a program for Linux on x64; elsewhere the kernels of WebGPU are not tested. */
export const DEVICES: ReadonlyArray<Device> = hasSwiftShader ? ["cpu", "wasm", "webgpu-software"] : ["cpu", "wasm"]

const HERE = [import.meta.filename]

const open = Effect.fnUntraced(function* (device: Device) {
  if (device === "webgpu-software") loadSwiftShader()
  const { opened, watch } = yield* Effect.promise(() => openBackend(device, HERE))
  const faults: Array<string> = []
  return { opened, faults, unwatch: watch((fault) => faults.push(fault)) }
})

/** A session on a device. Dies when the device refuses something that nobody waits for. */
export const on = <A, E, R>(device: Device, body: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { opened, faults, unwatch } = yield* open(device)
    const result = yield* session(body).pipe(Effect.provideService(Compute.Current, opened))
    unwatch()
    return faults.length === 0 ? result : yield* Effect.die(new Error(faults.join("; ")))
  })
