/**
 * The figures that the engine is held to, each group with one command; ends with 1 when one is missed.
 *
 *   npx node bench/engine/bars.ts [no-op] [cold] [exact] [plan] [scale] [start] [trace] [--best 5] [--part 1]
 *
 * Processor seconds are those of the whole tree, the best of several. `--part 10` tries it out with a tenth of all tasks.
 */
import { parseArgs } from "node:util"
import { type Bar, barLine, type MeasureBars } from "./Bar.ts"
import { coldBars } from "./bars/cold.ts"
import { exactBars } from "./bars/exact.ts"
import { noOpBars } from "./bars/no-op.ts"
import { planBars } from "./bars/plan.ts"
import { scaleBars } from "./bars/scale.ts"
import { startBars } from "./bars/start.ts"
import { traceBars } from "./bars/trace.ts"

const GROUPS: { readonly [name: string]: MeasureBars } = {
  "no-op": noOpBars,
  cold: coldBars,
  exact: exactBars,
  plan: planBars,
  scale: scaleBars,
  start: startBars,
  trace: traceBars
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { best: { type: "string", default: "5" }, part: { type: "string", default: "1" } }
})

const bars: Array<Bar> = []
for (const name of positionals.length > 0 ? positionals : Object.keys(GROUPS)) {
  const group = GROUPS[name]
  if (group === undefined) throw new Error(`there are no bars "${name}" (${Object.keys(GROUPS).join(", ")})`)
  for await (const bar of group({ best: Number(options.best), part: Number(options.part) })) {
    bars.push(bar)
    console.log(barLine(bar))
  }
}
const missed = bars.filter(({ measured, atMost }) => !(measured <= atMost)).length
console.log(`${bars.length - missed} met, ${missed} missed`)
process.exitCode = missed === 0 ? 0 : 1
