/** How long tasks will take, from how long such tasks took. */
import type { Plan } from "../plan/Plan.ts"
import { stageOf } from "../plan/task-id.ts"
import { titleOf } from "../plan/why.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { StageHistory } from "./past-results.ts"

/** Milliseconds for a task whose like never ran. */
const UNKNOWN = 1000

/**
 * Expected milliseconds of each task: what the task of that name took last, or the median of its like.
 *
 * `history` is asked once for all stages of a stage type, and for each command.
 */
export const expectedDurations = (plan: Plan, history: StageHistory): Float64Array => {
  const byTitle = new Map<string, ReturnType<typeof summarise>>()
  const ofStage = plan.stages.map((stage) => {
    const title = titleOf(stage)
    const known = byTitle.get(title) ?? summarise(history(stage))
    byTitle.set(title, known)
    return known
  })
  return Float64Array.from(plan.tasks, ({ id, stage }) => {
    const known = ofStage[stage]
    return known?.ofTask.get(id) ?? known?.median ?? UNKNOWN
  })
}

/**
 * Expected milliseconds of pending stages after each task that they need. The tasks of such a stage are not known: it is
 * taken to be as long as those that it had before, one after the other, or as one of its stage type. What it waits for
 * comes first by that: while a list is not known, nobody can start what goes over it.
 */
export const expectedBeyond = ({ pending = [] }: Plan, history: StageHistory): ReadonlyMap<number, number> => {
  const paths = new Map<string, number>()
  const beyond = new Map<number, number>()
  // Each pending stage comes after those it needs.
  for (const stage of pending.toReversed()) {
    const { id, after, needs } = stage
    const { median, ofTask } = summarise(history(stage))
    const own = [...ofTask].reduce((sum, [task, millis]) => (stageOf(task) === id ? sum + millis : sum), 0)
    const path = Math.max(own, median) + (paths.get(id) ?? 0)
    for (const other of after) paths.set(other, Math.max(paths.get(other) ?? 0, path))
    for (const task of needs) beyond.set(task, Math.max(beyond.get(task) ?? 0, path))
  }
  return beyond
}

const summarise = (records: ReadonlyArray<ActionRecord>) => {
  const sorted = records.map(({ durationMillis }) => durationMillis).sort((a, b) => a - b)
  // The latest record of a task comes first and must be the one that stays.
  const ofTask = new Map(records.toReversed().map(({ task, durationMillis }) => [task, durationMillis]))
  return { median: sorted[sorted.length >> 1] ?? UNKNOWN, ofTask }
}
