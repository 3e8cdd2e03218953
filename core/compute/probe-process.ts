/** Entry point of a process that opens what native code drives, to see whether it can be: it may crash, or print, or hang. */
import { readFileSync } from "node:fs"
import process from "node:process"
import type { DeviceClass } from "../plan/device-class.ts"
import type { BackendState } from "../plan/MachineBackends.ts"
import type { BlasLibrary } from "../plan/MachineBlas.ts"
import { BackendUnavailable } from "./BackendUnavailable.ts"
import { openBackend } from "./open-backend.ts"
import { openBlas } from "./open-blas.ts"

export interface BackendRequest {
  readonly device: DeviceClass
  /** Files from which packages are looked up. */
  readonly from: ReadonlyArray<string>
}

export interface BlasRequest {
  /** A file, or a name by which the system finds one. */
  readonly library: string
  readonly from: ReadonlyArray<string>
}

export type BlasAnswer = BlasLibrary | { readonly reason: string }

const backendState = async ({ device, from }: BackendRequest): Promise<BackendState> => {
  try {
    const { opened } = await openBackend(device, from)
    return { _tag: "Here", device, adapter: opened.adapter }
  } catch (cause) {
    const { advice, reason } =
      cause instanceof BackendUnavailable ? cause : { reason: String(cause), advice: undefined }
    return { _tag: "Absent", device, reason, ...(advice === undefined ? {} : { advice }) }
  }
}

const blasAnswer = ({ library, from }: BlasRequest): BlasAnswer => {
  try {
    const before = mappedFiles()
    const { title } = openBlas(library, from)
    return { title, library: fileOf(library, before) }
  } catch (cause) {
    return { reason: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** The very file that was loaded, where the system tells. */
const fileOf = (library: string, before: ReadonlySet<string>): string =>
  [...mappedFiles()].find((file) => !before.has(file) && /blas|mkl_rt|blis/u.test(file)) ?? library

const mappedFiles = (): ReadonlySet<string> => {
  try {
    return new Set(readFileSync("/proc/self/maps", "utf8").match(/\/.*$/gmu))
  } catch {
    return new Set()
  }
}

const request: BackendRequest | BlasRequest = JSON.parse(process.argv[2] ?? "{}")
process.send?.("library" in request ? blasAnswer(request) : await backendState(request))
