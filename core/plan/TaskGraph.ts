/** The edges between tasks as integer arrays: what the plain loops of a run walk over. */
import { needsOf, type Plan } from "./Plan.ts"

/** Tasks are numbered so that each follows those it needs. Rows are stored one after the other. */
export interface TaskGraph {
  readonly size: number
  /** How many tasks each task needs. */
  readonly needCounts: Int32Array
  /** The tasks that need task `i` are `dependents[starts[i]]` … `dependents[starts[i + 1] - 1]`, ascending. */
  readonly starts: Int32Array
  readonly dependents: Int32Array
}

const compiled = new WeakMap<Plan, TaskGraph>()

/** Compiles the edges of a plan, once. */
export const compile = (plan: Plan): TaskGraph => {
  const graph = compiled.get(plan) ?? compileAnew(plan)
  compiled.set(plan, graph)
  return graph
}

const compileAnew = (plan: Plan): TaskGraph => {
  const size = plan.tasks.length
  const needs = plan.tasks.map(needsOf)
  const needCounts = Int32Array.from(needs, (list) => list.length)
  const starts = new Int32Array(size + 1)
  for (const list of needs) for (const need of list) starts[need + 1]! += 1
  for (let task = 0; task < size; task++) starts[task + 1]! += starts[task]!
  const dependents = new Int32Array(starts[size]!)
  const next = starts.slice(0, size)
  for (const [task, list] of needs.entries()) for (const need of list) dependents[next[need]!++] = task
  return { size, needCounts, starts, dependents }
}

/** The tasks that need a task directly. */
export const dependentsOf = (graph: TaskGraph, task: number): Int32Array =>
  graph.dependents.subarray(graph.starts[task]!, graph.starts[task + 1]!)

/**
 * Time from the start of each task to the end of the run if nothing had to wait, given each task's own duration.
 *
 * The units are those of `durations`. Starting the task with the longest remaining path first keeps the end early. `beyond`
 * is how long the run goes on after a task by work that the graph does not have.
 */
export const remainingPaths = (
  graph: TaskGraph,
  durations: Float64Array,
  beyond: ReadonlyMap<number, number> = new Map()
): Float64Array => {
  const remaining = durations.slice()
  for (let task = graph.size - 1; task >= 0; task--) {
    let longest = beyond.get(task) ?? 0
    for (const dependent of dependentsOf(graph, task)) longest = Math.max(longest, remaining[dependent]!)
    remaining[task]! += longest
  }
  return remaining
}
