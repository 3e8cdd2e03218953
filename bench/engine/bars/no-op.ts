/** A run in which nothing is new. */
import type { MeasureBars } from "../Bar.ts"
import { best } from "../measure.ts"
import { makeProject } from "./project.ts"

const CASES = [
  ["wide", 1000, "matrix", 0.15],
  ["layered", 1000, "stages", 0.15],
  ["wide", 10_000, "matrix", 0.35],
  ["layered", 10_000, "stages", 0.35]
] as const

export const noOpBars: MeasureBars = async function* ({ best: count, part }) {
  for (const [shape, full, form, atMost] of CASES) {
    const size = full / part
    const project = makeProject(shape, size, form)
    await project.runCost()
    const { cpu } = await best(count, () => project.runCost())
    yield { what: `no-op, ${size} tasks, ${shape}, ${form}`, measured: cpu, atMost, unit: "s CPU", digits: 3 }
  }
}
