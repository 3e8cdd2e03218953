/** How long tasks will take, from how long such tasks took. */
import type { Plan } from "../plan/Plan.ts"
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

const summarise = (records: ReadonlyArray<ActionRecord>) => {
  const sorted = records.map(({ durationMillis }) => durationMillis).sort((a, b) => a - b)
  // The latest record of a task comes first and must be the one that stays.
  const ofTask = new Map(records.toReversed().map(({ task, durationMillis }) => [task, durationMillis]))
  return { median: sorted[sorted.length >> 1] ?? UNKNOWN, ofTask }
}
