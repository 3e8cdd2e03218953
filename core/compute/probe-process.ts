/** Entry point of a process that opens a backend to see whether it can be: a driver may crash, or print, or hang. */
import process from "node:process"
import type { DeviceClass } from "../plan/device-class.ts"
import type { BackendState } from "../plan/MachineBackends.ts"
import { BackendUnavailable } from "./BackendUnavailable.ts"
import { openBackend } from "./open-backend.ts"

export interface ProbeRequest {
  readonly device: DeviceClass
  /** Files from which packages are looked up. */
  readonly from: ReadonlyArray<string>
}

const { device, from }: ProbeRequest = JSON.parse(process.argv[2] ?? "{}")

const tell = (state: BackendState): void => void process.send?.(state)

try {
  const { opened } = await openBackend(device, from)
  tell({ _tag: "Here", device, adapter: opened.adapter })
} catch (cause) {
  const { advice, reason } = cause instanceof BackendUnavailable ? cause : { reason: String(cause), advice: undefined }
  tell({ _tag: "Absent", device, reason, ...(advice === undefined ? {} : { advice }) })
}
