/**
 * `node tests/faults/chaos/main.ts [--kills 200] [--seconds 3600] [--seed N] [--without protection,…]`
 *
 * Prints its seed first and a line for each round; exits with 1 when anything was wrong, missing or half-written.
 */
import { parseArgs } from "node:util"
import { chaos } from "./Chaos.ts"

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seconds: { type: "string", default: "3600" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    without: { type: "string", default: "" }
  }
})

console.log(`chaos: seed ${values.seed}`)
const report = await chaos({
  seed: Number(values.seed),
  kills: Number(values.kills),
  seconds: Number(values.seconds),
  without: values.without.split(",").filter((name) => name !== ""),
  say: (line) => console.log(line)
})
for (const violation of report.violations) console.log(`✗ ${violation}`)
const steps = [...report.atSteps].map(([step, times]) => `${step} ${times}`).join(", ")
console.log(`named steps: ${steps}`)
console.log(
  `${report.kills} kills in ${report.rounds} rounds, ${report.computed} tasks computed, ${report.violations.length} violations (seed ${values.seed})`
)
process.exitCode = report.violations.length === 0 ? 0 : 1
