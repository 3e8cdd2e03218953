/** The plan of ten thousand tasks before anything ran, and after it was remembered. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import type { MeasureBars } from "../Bar.ts"
import { best } from "../measure.ts"
import { makeProject } from "./project.ts"

export const planBars: MeasureBars = async function* ({ best: count, part }) {
  const size = 10_000 / part
  {
    const project = makeProject("wide", size, "matrix")
    // The stage's code is known from an earlier, smaller study: its building is not what is asked about.
    await project.planCost()
    const { cpu } = await best(count, async () => {
      forgetPlans(project.folder)
      return project.planCost()
    })
    yield {
      what: `plan before the first run, ${size} tasks, matrix`,
      measured: cpu,
      atMost: 0.4,
      unit: "s CPU",
      digits: 3
    }
  }
  const project = makeProject("layered", size, "stages")
  const first = await project.planCost()
  yield {
    what: `plan before the first run, ${size} tasks, written out, once`,
    measured: first.cpu,
    atMost: 3,
    unit: "s CPU"
  }
  const { cpu } = await best(count, project.planCost)
  yield {
    what: `the same plan again, ${size} tasks, written out`,
    measured: cpu,
    atMost: 0.4,
    unit: "s CPU",
    digits: 3
  }
}

/** Removes the memos of plans, and keeps those of code. */
const forgetPlans = (folder: string): void =>
  rmSync(join(folder, "artifacts-cache", "memos"), { recursive: true, force: true })
