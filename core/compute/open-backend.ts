/** Opens the backend that tensors of a task live on: once in a process, for all attempts there. */
import { join, sep } from "node:path"
import type { DeviceClass } from "../plan/device-class.ts"
import { BackendUnavailable } from "./BackendUnavailable.ts"
import { type OpenBackend, silent } from "./OpenBackend.ts"
import { openTensorflow } from "./open-tensorflow.ts"
import { openWebgpu } from "./open-webgpu.ts"
import { packageFolder } from "./resolve-package.ts"

/** By class: a process has one device of each, and none is given back before it ends. */
const open = new Map<DeviceClass, Promise<OpenBackend>>()

/**
 * The open backend of a class. Packages are looked up from each of these files in turn: that of the stage, then one of the
 * program. Fails with `BackendUnavailable`; there is no other that would be taken instead.
 */
export const openBackend = (device: DeviceClass, from: ReadonlyArray<string>): Promise<OpenBackend> => {
  const known = open.get(device)
  if (known !== undefined) return known
  const opening = openAnew(device, from)
  open.set(device, opening)
  opening.catch(() => open.delete(device))
  return opening
}

/** What is wrong with a device of this process; nothing may follow in it then. */
export const deviceFault = (): string | undefined =>
  backends.map(({ fault }) => fault()).find((fault) => fault !== undefined)

const backends: Array<OpenBackend> = []

const openAnew = async (device: DeviceClass, from: ReadonlyArray<string>): Promise<OpenBackend> => {
  const backend = await tryOpen(device, from)
  backends.push(backend)
  return backend
}

const tryOpen = async (device: DeviceClass, from: ReadonlyArray<string>): Promise<OpenBackend> => {
  try {
    switch (device) {
      case "tensorflow-gpu":
        return openTensorflow(from)
      case "webgpu":
      case "webgpu-software":
        return await openWebgpu(device === "webgpu-software", from)
      case "wasm":
        return silent({ backend: device, adapter: "", handle: wasmFolder(from) })
      case "cpu":
        return silent({ backend: device, adapter: "", handle: undefined })
    }
  } catch (cause) {
    if (cause instanceof BackendUnavailable) throw cause
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause)
    throw new BackendUnavailable({ device, reason })
  }
}

export const WASM_PACKAGE = "@tensorflow/tfjs-backend-wasm"

/** The folder of the `.wasm` files, with what separates it from their names. */
const wasmFolder = (from: ReadonlyArray<string>): string => {
  const folder = packageFolder(WASM_PACKAGE, from)
  if (folder !== undefined) return join(folder, "dist") + sep
  throw new BackendUnavailable({
    device: "wasm",
    reason: `${WASM_PACKAGE} is not installed`,
    advice: `npm install ${WASM_PACKAGE}`
  })
}
