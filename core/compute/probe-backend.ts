/** Asks a process of its own whether a backend can be opened. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { BackendState } from "../plan/MachineBackends.ts"
import { driverVariables } from "./driver-variables.ts"
import type { ProbeRequest } from "./probe-process.ts"

/** Milliseconds in which a driver has to be loaded: CUDA takes seconds. */
const PATIENCE = 30_000

/** What came of it. One that crashed or hung may do better the next time. */
export interface Probed {
  readonly state: BackendState
  readonly isLasting: boolean
}

/** Opens it there; `module` is what `probe-process.ts` was built to. */
export const probeBackend = (module: URL, request: ProbeRequest, environment: NodeJS.ProcessEnv): Promise<Probed> =>
  new Promise((resolve) => {
    const child = fork(fileURLToPath(module), [JSON.stringify(request)], {
      execArgv: ["--no-warnings"],
      env: driverVariables(environment),
      stdio: ["ignore", "ignore", "ignore", "ipc"]
    })
    const absent = (reason: string): void =>
      settle({ state: { _tag: "Absent", device: request.device, reason }, isLasting: false })
    const settle = (probed: Probed): void => {
      clearTimeout(timer)
      resolve(probed)
      // Some drivers crash when a program ends as it should.
      child.kill("SIGKILL")
    }
    const timer = setTimeout(() => absent(`it was not open after ${PATIENCE / 1000} s`), PATIENCE)
    child.once("message", (state: BackendState) => settle({ state, isLasting: true }))
    child.once("error", ({ message }) => absent(`the process that looks for it cannot be started: ${message}`))
    child.once("exit", (code, signal) => absent(`its driver ended the process that looked for it (${signal ?? code})`))
  })
