/** Starts the program; its version, and a run in which nothing has changed, need none of it. */
import { repeatRun } from "../core/cli/repeat-run.ts"
import manifest from "../package.json" with { type: "json" }

const [word, ...more] = process.argv.slice(2)
if (word === "--version" && more.length === 0) console.log(`pipeline v${manifest.version}`)
else {
  const status = await repeatRun()
  if (status === undefined) await import("./start.ts")
  else process.exitCode = status
}
