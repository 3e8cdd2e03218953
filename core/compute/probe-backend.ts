/** Asks a process of its own whether a backend can be opened. */
import type { BackendState } from "../plan/MachineBackends.ts"
import { askProcess } from "./ask-process.ts"
import type { BackendRequest } from "./probe-process.ts"

/** What came of it. One that crashed or hung may do better the next time. */
export interface Probed {
  readonly state: BackendState
  readonly isLasting: boolean
}

/** Opens it there; `module` is what `probe-process.ts` was built to. */
export const probeBackend = async (
  module: URL,
  request: BackendRequest,
  environment: NodeJS.ProcessEnv
): Promise<Probed> => {
  const asked = await askProcess<BackendState>(module, request, environment)
  if (asked._tag === "Answered") return { state: asked.answer, isLasting: true }
  return { state: { _tag: "Absent", device: request.device, reason: asked.reason }, isLasting: false }
}
