/** A run in which everything is new, beside ninja's with the same graph of shell commands. */
import type { Bar, MeasureBars } from "../Bar.ts"
import { findTools } from "../find-tools.ts"
import { graph, type Node } from "../graph.ts"
import { measure } from "../measure.ts"
import { findNinja } from "../peers/ninja.ts"
import { makeFolder, makeProject } from "./project.ts"

export const coldBars: MeasureBars = async function* ({ part }) {
  // Before anything is removed: see `makeFolder`.
  const size = 2000 / part
  const { cpu } = await makeProject("layered", size, "commands").runCost()
  const what = `cold, ${size} command stages, layered: a task`
  yield { what, measured: (1000 * cpu) / size, atMost: 2.5, unit: "ms CPU", digits: 3 }
  yield* inProcess(part)
}

async function* inProcess(part: number): AsyncGenerator<Bar> {
  for (const [shape, form] of [
    ["wide", "matrix"],
    ["layered", "stages"]
  ] as const) {
    const size = 10_000 / part
    const project = makeProject(shape, size, form)
    const { cpu } = await project.runCost()
    const what = `cold, ${size} tasks, ${shape}, ${form}`
    yield { what: `${what}: a task`, measured: (1000 * cpu) / size, atMost: 0.5, unit: "ms CPU", digits: 3 }
    const ninja = await coldNinja(graph(shape, size))
    if (ninja !== undefined) yield { what: `${what}, of ninja's`, measured: cpu / ninja, atMost: 0.5, unit: "" }
  }
}

/** Processor seconds of ninja; `undefined` where it is missing. */
const coldNinja = async (nodes: ReadonlyArray<Node>): Promise<number | undefined> => {
  const [ninja] = findNinja(findTools([])) ?? []
  if (ninja === undefined) return undefined
  const folder = makeFolder()
  const { cpu } = await measure(folder, ninja.write(folder, nodes).run)
  return cpu
}
