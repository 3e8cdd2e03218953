/** Asks a process of its own what loads native code: a driver or a library may crash, or print, or hang. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { driverVariables } from "./driver-variables.ts"

/** Milliseconds in which a driver has to be loaded: CUDA takes seconds. */
const PATIENCE = 30_000

/** What it has answered, or why it has not, in words: one that crashed or hung may do better the next time. */
export type Asked<Answer> =
  | { readonly _tag: "Answered"; readonly answer: Answer }
  | { readonly _tag: "Silent"; readonly reason: string }

/** Sends a request; `module` is what `probe-process.ts` was built to. */
export const askProcess = <Answer>(
  module: URL,
  request: object,
  environment: NodeJS.ProcessEnv
): Promise<Asked<Answer>> =>
  new Promise((resolve) => {
    const child = fork(fileURLToPath(module), [JSON.stringify(request)], {
      execArgv: ["--no-warnings"],
      env: driverVariables(environment),
      stdio: ["ignore", "ignore", "ignore", "ipc"]
    })
    const settle = (asked: Asked<Answer>): void => {
      clearTimeout(timer)
      resolve(asked)
      // Some drivers crash when a program ends as it should.
      child.kill("SIGKILL")
    }
    const silent = (reason: string): void => settle({ _tag: "Silent", reason })
    const timer = setTimeout(() => silent(`it was not open after ${PATIENCE / 1000} s`), PATIENCE)
    child.once("message", (answer: unknown) => settle({ _tag: "Answered", answer: answer as Answer }))
    child.once("error", ({ message }) => silent(`the process that looks for it cannot be started: ${message}`))
    child.once("exit", (code, signal) => silent(`its driver ended the process that looked for it (${signal ?? code})`))
  })
