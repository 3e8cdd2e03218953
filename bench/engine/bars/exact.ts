/** Bodies that run after edits, and what it costs to go back. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Bar, MeasureBars } from "../Bar.ts"
import { affected, changed } from "../graph.ts"
import { FILE, STAGE_FILE } from "../peers/athanor.ts"
import { type BarProject, makeProject } from "./project.ts"

/** Bodies beyond those that had to run; fewer would be worse than more, and count as infinitely many. */
const excess = async (project: BarProject, what: string, necessary: number): Promise<Bar> => {
  const cost = await project.runCost()
  const ran = project.bodies(cost)
  const measured = ran < necessary ? Number.POSITIVE_INFINITY : ran
  return { what: `bodies run: ${what}`, measured, atMost: necessary, unit: "", digits: 0 }
}

export const exactBars: MeasureBars = async function* ({ part }) {
  yield* edits(1000 / part)
  const project = makeProject("layered", 10_000 / part, "stages")
  const { nodes } = project
  await project.runCost()
  const leaf = changed(nodes, 0, 2)
  project.edit(leaf, [0])
  yield await excess(project, `first of ${nodes.length} tasks changed`, affected(nodes, leaf))
  project.edit(nodes, [0])
  const { cpu } = await project.runCost()
  yield { what: `revert of ${affected(nodes, leaf)} of ${nodes.length} tasks`, measured: cpu, atMost: 3, unit: "s CPU" }
}

async function* edits(size: number): AsyncGenerator<Bar> {
  const project = makeProject("layered", size, "stages")
  const { nodes, folder } = project
  await project.runCost()
  project.touch()
  yield await excess(project, "another time of its files", 0)
  project.edit(changed(nodes, 0, 1), [0])
  yield await excess(project, "a value whose output stays", 1)
  const source = join(folder, STAGE_FILE)
  writeFileSync(source, `// A comment.\n${readFileSync(source, "utf8")}`)
  yield await excess(project, "a comment in the stage", 0)
  const file = join(folder, FILE)
  writeFileSync(
    file,
    readFileSync(file, "utf8").replaceAll(/(?<with>with: \{.*?\}), (?<inputs>inputs: \{.*?\})/gu, "$2, $1")
  )
  yield await excess(project, "other order of keys", 0)
  project.edit(nodes, [0])
  yield await excess(project, "all as at first", 0)
}
