/** Why tasks are not part of a plan, in the words that plans keep. */
import { parseTaskId, stageOf } from "./task-id.ts"

export const CONDITION_FALSE = "its condition is false"

export const EXCLUDED = "exclude takes it away"

const NEEDS = "it needs "

/** Of a task that cannot do without one that is not part either. */
export const needing = (task: string): string => `${NEEDS}${task}`

/** A task that is not part of a plan. */
export interface LeftOut {
  readonly task: string
  readonly because: string
}

/** The one behind which a task is not part of a plan: itself, or the last that it cannot do without; `undefined` where it is. */
export const behind = (leftOut: ReadonlyArray<LeftOut>, task: string): LeftOut | undefined => {
  const found = leftOut.find((one) => one.task === task) ?? leftOut.find(standsFor(task))
  if (found === undefined || !found.because.startsWith(NEEDS)) return found
  // Needs come before what needs them: this ends.
  const earlier = leftOut.slice(0, leftOut.indexOf(found))
  return behind(earlier, found.because.slice(NEEDS.length)) ?? found
}

/** Whether what is needed, a stage or some of its values, stands for a task. */
const standsFor = (needed: string): ((one: LeftOut) => boolean) => {
  const { stage, values } = parseTaskId(needed)
  return ({ task }) => {
    if (stageOf(task) !== stage) return false
    const own = new Map(parseTaskId(task).values.map(({ name, text }) => [name, text]))
    return values.every(({ name, text }) => own.get(name) === text)
  }
}
