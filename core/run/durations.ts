/** How long tasks will take, from how long such tasks took. */
import type { Plan } from "../plan/Plan.ts"
import { stageOf } from "../plan/task-id.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"

/** Milliseconds for a task of a stage type that never ran. */
const UNKNOWN = 1000

/**
 * Expected milliseconds of each task: what the task of that name took last, or the median of its stage type.
 *
 * `history` gives records of a stage type, the latest first.
 */
export const expectedDurations = (
  plan: Plan,
  history: (stageType: string) => ReadonlyArray<ActionRecord>
): Float64Array => {
  const byType = new Map<string, { readonly median: number; readonly ofTask: ReadonlyMap<string, number> }>()
  return Float64Array.from(plan.tasks, ({ id, stage }) => {
    const stageType = plan.stages[stage]?.stageType ?? ""
    const known = byType.get(stageType) ?? summarise(history(stageType))
    byType.set(stageType, known)
    return known.ofTask.get(id) ?? known.median
  })
}

/**
 * Expected milliseconds of pending stages after each task that they need. The tasks of such a stage are not known: it is
 * taken to be as long as those that it had before, one after the other, or as one of its stage type. What it waits for
 * comes first by that: while a list is not known, nobody can start what goes over it.
 */
export const expectedBeyond = (
  { pending = [] }: Plan,
  history: (stageType: string) => ReadonlyArray<ActionRecord>
): ReadonlyMap<number, number> => {
  const paths = new Map<string, number>()
  const beyond = new Map<number, number>()
  // Each pending stage comes after those it needs.
  for (const { id, stageType, after, needs } of pending.toReversed()) {
    const { median, ofTask } = summarise(history(stageType))
    const own = [...ofTask].reduce((sum, [task, millis]) => (stageOf(task) === id ? sum + millis : sum), 0)
    const path = Math.max(own, median) + (paths.get(id) ?? 0)
    for (const stage of after) paths.set(stage, Math.max(paths.get(stage) ?? 0, path))
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
