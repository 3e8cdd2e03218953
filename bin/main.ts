/** Starts the program; its version, and a run in which nothing has changed, need none of it. */
import { isGuarded } from "../core/fault/hooks.ts"
import { optimiseLate } from "../core/run/late-optimisation.ts"
import manifest from "../package.json" with { type: "json" }

// Node would open its debugger to whoever sends this signal: to any program of the user that finds the port.
if (isGuarded("close-gaps")) process.on("SIGUSR1", () => {})
optimiseLate()

const [word, ...more] = process.argv.slice(2)

const repeated = async () => {
  if (word !== "run") return undefined
  const { repeatRun } = await import("../core/cli/repeat-run.ts")
  return repeatRun()
}

if (word === "--version" && more.length === 0) console.log(`pipeline v${manifest.version}`)
else {
  const status = await repeated()
  if (status === undefined) await import("./start.ts")
  else process.exitCode = status
}
