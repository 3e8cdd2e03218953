/** The class of device that a task is computed on: part of its key, for no two classes give the same bits. */
import type { Backend } from "../stage/Compute.ts"

/** Each backend is a class of its own; of an adapter that is a program the results are not those of a real one. */
export type DeviceClass = Backend | "webgpu-software"

/** The class of tasks that do not train. */
export const PROCESSOR: DeviceClass = "cpu"

/** The backend that tensors of a class belong to. */
export const backendOf = (device: DeviceClass): Backend => (device === "webgpu-software" ? "webgpu" : device)

/** A device as people read it: its class, and what that was in the words of its driver. */
export const deviceText = (device: string, adapter: string | undefined): string =>
  adapter === undefined || adapter === "" ? device : `${device}: ${adapter}`

/** Whether what drives it is native code, beyond the reach of what Node allows a process. */
export const isNative = (device: DeviceClass): boolean => device === "tensorflow-gpu" || backendOf(device) === "webgpu"
