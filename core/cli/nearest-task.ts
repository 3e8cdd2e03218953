/** The stage or task that a name most likely stands for. */
import { nearest } from "../document/nearest.ts"

/**
 * The nearest of the names of stages and tasks.
 *
 * A task is named by what its matrix gives: of the tasks of its stage the nearest shares most of that, in any order, and
 * lies closest where both are numbers. Letters alone would find width=300 as near to width=310 as to width=900.
 */
export const nearestTask = (name: string, names: Iterable<string>): string | undefined => {
  const known = [...names]
  const sought = partsOf(name)
  if (sought.values.size === 0) return nearest(name, known)
  const stages = new Set(known.map((one) => partsOf(one).stage))
  const stage = stages.has(sought.stage) ? sought.stage : nearest(sought.stage, stages)
  const tasks = known.map((id) => ({ id, ...partsOf(id) })).filter((task) => task.stage === stage)
  const instances = tasks.filter(({ values }) => values.size > 0)
  const [first, ...others] = instances.length > 0 ? instances : tasks
  if (first === undefined) return undefined
  return others.reduce((best, task) => (isNearer(sought.values, task.values, best.values) ? task : best), first).id
}

type Values = ReadonlyMap<string, string>

/** `train@width=500,init=3` taken apart. */
const partsOf = (id: string): { readonly stage: string; readonly values: Values } => {
  const at = id.indexOf("@")
  if (at < 0) return { stage: id, values: new Map() }
  const pairs = id.slice(at + 1).split(",")
  return {
    stage: id.slice(0, at),
    values: new Map(pairs.map((pair) => [pair.split("=", 1)[0] ?? "", pair.slice(pair.indexOf("=") + 1)]))
  }
}

const isNearer = (sought: Values, a: Values, b: Values): boolean => {
  const more = shared(sought, a) - shared(sought, b)
  return more > 0 || (more === 0 && gap(sought, a) < gap(sought, b))
}

const shared = (a: Values, b: Values): number => [...a].filter(([name, value]) => b.get(name) === value).length

/** The sum of the differences of numbers, each as a share of what was asked for. */
const gap = (sought: Values, values: Values): number => {
  let sum = 0
  for (const [name, value] of sought) {
    const difference = Math.abs(Number(value) - Number(values.get(name)))
    if (Number.isFinite(difference)) sum += difference / (Math.abs(Number(value)) || 1)
  }
  return sum
}
