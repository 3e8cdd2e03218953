/** Starts the program; a run in which nothing has changed needs none of it. */
import { repeatRun } from "../core/cli/repeat-run.ts"

const status = await repeatRun()
if (status === undefined) await import("./start.ts")
else process.exitCode = status
