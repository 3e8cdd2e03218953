/** What is measured of each peer: a project's life from its first run to an edit taken back. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { affected, changed, type Node } from "./graph.ts"
import { type Command, type Cost, measure } from "./measure.ts"
import type { Peer, Project } from "./Peer.ts"

export const SCENARIOS = ["plan, new", "cold", "no-op", "plan", "touch", "cutoff", "leaf", "mid", "revert"] as const

/**
 * `plan, new`: what would run, before anything did. `cold`: everything. `no-op`: nothing changed. `touch`: a file has
 * another time. `cutoff`: a value changes and its task's output does not. `leaf`: the first task changes; `mid`: also one in
 * the middle. `revert`: both as at first.
 */
export type Scenario = (typeof SCENARIOS)[number]

export interface Measured extends Omit<Cost, "stdout"> {
  /** Bodies that ran; `undefined` for a plan. */
  readonly bodies: number | undefined
}

export type Measurements = { readonly [scenario in Scenario]?: Measured }

/** Bodies that have to run for each scenario, by what they read alone; a revert finds every result in a store. */
export const necessary = (nodes: ReadonlyArray<Node>): { readonly [scenario in Scenario]?: number } => {
  const { cutoff, leaf, mid } = edits(nodes)
  return {
    cold: nodes.length,
    "no-op": 0,
    touch: 0,
    cutoff: affected(nodes, cutoff),
    leaf: affected(cutoff, leaf),
    mid: affected(leaf, mid),
    revert: 0
  }
}

const middleOf = (nodes: ReadonlyArray<Node>): number => Math.floor(nodes.length / 2)

/** The graph after each edit; each begins where the one before ended. */
const edits = (nodes: ReadonlyArray<Node>) => {
  const cutoff = changed(nodes, 0, 1)
  const leaf = changed(nodes, 0, 2)
  return { cutoff, leaf, mid: changed(leaf, middleOf(nodes), 2) }
}

/** Takes a peer through all scenarios in a folder of its own. */
export const measureScenarios = async (peer: Peer, nodes: ReadonlyArray<Node>): Promise<Measurements> => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-engine-"))
  try {
    return await inFolder(folder, peer.write(folder, nodes), nodes)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const inFolder = async (folder: string, project: Project, nodes: ReadonlyArray<Node>): Promise<Measurements> => {
  const measured: { [scenario in Scenario]?: Measured } = {}
  const enter = (scenario: Scenario, { cpu, wall, memory }: Cost, bodies?: number): void => {
    measured[scenario] = { cpu, wall, memory, bodies }
  }
  const plan = async (scenario: Scenario, command: Command | undefined): Promise<void> => {
    if (command !== undefined) enter(scenario, await measure(folder, command))
  }
  const run = async (scenario: Scenario): Promise<void> => {
    const cost = await measure(folder, project.run)
    enter(scenario, cost, project.bodies(cost))
  }
  const { cutoff, leaf, mid } = edits(nodes)
  const middle = middleOf(nodes)
  await plan("plan, new", project.plan)
  await run("cold")
  await run("no-op")
  await plan("plan", project.plan)
  project.touch()
  await run("touch")
  project.edit(cutoff, [0])
  await run("cutoff")
  project.edit(leaf, [0])
  await run("leaf")
  project.edit(mid, [middle])
  await run("mid")
  project.edit(nodes, [0, middle])
  await run("revert")
  return measured
}

/** Of each scenario the cheaper of two measurements. */
export const cheaper = (a: Measurements, b: Measurements): Measurements => {
  const least: { [scenario in Scenario]?: Measured } = { ...a }
  for (const scenario of SCENARIOS) {
    const [one, other] = [a[scenario], b[scenario]]
    if (one !== undefined && other !== undefined && other.cpu < one.cpu) least[scenario] = other
  }
  return least
}
