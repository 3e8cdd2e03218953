/** A graph written for Athanor in a folder of its own, and its costs. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { graph, type Node, type Shape } from "../graph.ts"
import { type Cost, measure } from "../measure.ts"
import type { Project } from "../Peer.ts"
import { FILE, type Form, pipeline, writeAthanor } from "../peers/athanor.ts"

export interface BarProject extends Project {
  readonly folder: string
  readonly nodes: ReadonlyArray<Node>
  readonly cost: (...args: ReadonlyArray<string>) => Promise<Cost>
  readonly runCost: () => Promise<Cost>
  readonly planCost: () => Promise<Cost>
  [Symbol.dispose](): void
}

/** Made for as long as it is in use: `using project = makeProject(…)`. */
export const makeProject = (shape: Shape, size: number, form: Form): BarProject => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-bar-"))
  const nodes = graph(shape, size)
  const project = writeAthanor(folder, nodes, form)
  const cost = (...args: ReadonlyArray<string>) => measure(folder, pipeline(...args))
  return {
    ...project,
    folder,
    nodes,
    cost,
    runCost: () => measure(folder, project.run),
    // For a person: one line a stage. As JSON it would list every task.
    planCost: () => cost("plan", FILE),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true })
  }
}
