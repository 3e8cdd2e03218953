import { execFileSync } from "node:child_process"
import { COMMAND } from "./project.ts"

/** The launcher builds what is missing or stale. */
export const setup = (): void => {
  execFileSync(process.execPath, [COMMAND, "--version"], { stdio: "ignore" })
}
