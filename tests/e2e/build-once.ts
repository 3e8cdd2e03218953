import { spawnSync } from "node:child_process"
import { COMMAND } from "./project.ts"

/** The launcher builds what is missing or stale; where that fails, the end-to-end tests say so themselves. */
export const setup = (): void => {
  spawnSync(process.execPath, [COMMAND, "--version"], { stdio: "ignore" })
}
