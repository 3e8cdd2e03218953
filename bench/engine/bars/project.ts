/** A graph written for Athanor in a folder of its own, and its costs. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { graph, type Node, type Shape } from "../graph.ts"
import { type Command, type Cost, measure } from "../measure.ts"
import type { Project } from "../Peer.ts"
import { FILE, type Form, pipeline, writeAthanor } from "../peers/athanor.ts"

export interface BarProject extends Project {
  readonly folder: string
  readonly nodes: ReadonlyArray<Node>
  readonly cost: (...args: ReadonlyArray<string>) => Promise<Cost>
  readonly runCost: (env?: Command["env"]) => Promise<Cost>
  readonly planCost: () => Promise<Cost>
}

const folders: Array<string> = []

process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that stays until all is measured: some file systems make files slowly where others were removed minutes ago. */
export const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-bar-"))
  folders.push(folder)
  return folder
}

export const makeProject = (shape: Shape, size: number, form: Form): BarProject => {
  const folder = makeFolder()
  const nodes = graph(shape, size)
  const project = writeAthanor(folder, nodes, form)
  const cost = (...args: ReadonlyArray<string>) => measure(folder, pipeline(...args))
  return {
    ...project,
    folder,
    nodes,
    cost,
    runCost: (env = {}) => measure(folder, { ...project.run, env }),
    // For a person: one line a stage. As JSON it would list every task.
    planCost: () => cost("plan", FILE)
  }
}
