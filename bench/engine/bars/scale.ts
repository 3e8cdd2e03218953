/** Memory, and time by the number of tasks up to a hundred thousand. */
import type { Bar, MeasureBars } from "../Bar.ts"
import type { Cost } from "../measure.ts"
import { makeProject } from "./project.ts"

const SIZES = [1000, 10_000, 100_000]

/** What fitting costs may exceed 1 by and still be linear: two measurements of one thing differ as much. */
const NOISE = 0.05

const KINDS = ["plan", "cold", "no-op"] as const

export const scaleBars: MeasureBars = async function* ({ part }) {
  const costs = { plan: [] as Array<Cost>, cold: [] as Array<Cost>, "no-op": [] as Array<Cost> }
  const sizes = SIZES.map((size) => size / part)
  for (const size of sizes) {
    const project = makeProject("wide", size, "matrix")
    costs.plan.push(await project.planCost())
    costs.cold.push(await project.runCost())
    costs["no-op"].push(await project.runCost())
    console.log(`${size} tasks: ${KINDS.map((kind) => `${kind} ${describe(costs[kind].at(-1))}`).join(", ")}`)
  }
  for (const kind of KINDS) {
    const seconds = costs[kind].map(({ cpu }) => cpu)
    yield exponent(`${kind}: exponent over ${sizes.join(", ")} tasks`, sizes, seconds)
    yield exponent(`${kind}: exponent from ${sizes[1]} tasks on`, sizes.slice(1), seconds.slice(1))
  }
  const peak = (at: number): number => Math.max(...KINDS.map((kind) => costs[kind][at]?.memory ?? Number.NaN))
  yield { what: `peak memory, ${sizes[1]} tasks`, measured: peak(1), atMost: 220, unit: "MiB", digits: 0 }
  yield { what: `peak memory, ${sizes[2]} tasks`, measured: peak(2), atMost: 1536, unit: "MiB", digits: 0 }
}

const describe = (cost: Cost | undefined): string =>
  `${cost?.cpu.toFixed(2)} s CPU, ${cost?.wall.toFixed(2)} s, ${cost?.memory?.toFixed(0)} MiB`

const exponent = (what: string, sizes: ReadonlyArray<number>, seconds: ReadonlyArray<number>): Bar => ({
  what,
  measured: slope(sizes.map(Math.log), seconds.map(Math.log)),
  atMost: 1 + NOISE,
  unit: ""
})

/** Of the straight line through points with the least squares. */
const slope = (xs: ReadonlyArray<number>, ys: ReadonlyArray<number>): number => {
  const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x0, y0] = [mean(xs), mean(ys)]
  const products = xs.reduce((sum, x, index) => sum + (x - x0) * ((ys[index] ?? Number.NaN) - y0), 0)
  return products / xs.reduce((sum, x) => sum + (x - x0) ** 2, 0)
}
