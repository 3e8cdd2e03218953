/** The stage or task that a name most likely stands for. */
import { nearest } from "../document/nearest.ts"
import { parseTaskId, stageOf } from "../plan/task-id.ts"
import { shellText } from "../run/shell-text.ts"

/** `did you mean …?` with the nearest of the names of stages and tasks, as a shell takes it; nothing where none is near. */
export const taskHint = (name: string, names: Iterable<string>): string => {
  const close = nearestTask(name, names)
  if (close === undefined) return ""
  const word = shellText([close])
  return `; did you mean ${word === close ? `"${close}"` : word}?`
}

/**
 * The nearest of the names of stages and tasks.
 *
 * A task is named by what its matrix gives: of the tasks of its stage the nearest shares most of that, in any order, and
 * lies closest where both are numbers. Letters alone would find width=300 as near to width=310 as to width=900.
 */
const nearestTask = (name: string, names: Iterable<string>): string | undefined => {
  const known = [...names]
  const sought = partsOf(name)
  if (sought.values.size === 0) return nearest(name, known)
  const stages = new Set(known.map((one) => stageOf(one)))
  const stage = stages.has(sought.stage) ? sought.stage : nearest(sought.stage, stages)
  const tasks = known.map((id) => ({ id, ...partsOf(id) })).filter((task) => task.stage === stage)
  const instances = tasks.filter(({ values }) => values.size > 0)
  const [first, ...others] = instances.length > 0 ? instances : tasks
  if (first === undefined) return undefined
  return others.reduce((best, task) => (isNearer(sought.values, task.values, best.values) ? task : best), first).id
}

type Values = ReadonlyMap<string, string>

const partsOf = (id: string): { readonly stage: string; readonly values: Values } => {
  const { stage, values } = parseTaskId(id)
  return { stage, values: new Map(values.map(({ name, text }) => [name, text])) }
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
