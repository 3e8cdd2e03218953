/** What becomes of a plan when some of its tasks are computed anew whatever the store has. */
import { needsOf, type Plan } from "../plan/Plan.ts"
import type { Assessment, Prospect } from "../run/assess.ts"

/** What would happen to a task; `Asked` runs because somebody asked, with a key that is known unless it waits for another. */
export type Outlook = Prospect | { readonly _tag: "Asked"; readonly key: string | undefined }

/** An assessment that heeds what was asked for. */
export type ForcedAssessment = Omit<Assessment, "prospects"> & { readonly prospects: ReadonlyArray<Outlook> }

/** Tasks that need a forced one may have to run: nobody knows yet whether it gives the bytes of before. */
export const forceTasks = (assessment: Assessment, forced: ReadonlySet<number>): ForcedAssessment => {
  if (forced.size === 0) return assessment
  const { plan } = assessment
  const prospects: Array<Outlook> = []
  // Needs come before what needs them.
  for (const [index, prospect] of assessment.prospects.entries()) {
    if (forced.has(index)) {
      prospects.push({ _tag: "Asked", key: "keyed" in prospect ? prospect.keyed.key : undefined })
      continue
    }
    const after = prospect._tag === "Run" || prospect._tag === "WillRun" ? [] : openStages(plan, prospects, index)
    prospects.push(after.length === 0 ? prospect : { _tag: "MayRun", after })
  }
  return { ...assessment, prospects }
}

/** Stages of the tasks that a task needs and that would or may run. */
const openStages = (plan: Plan, prospects: ReadonlyArray<Outlook>, index: number): ReadonlyArray<string> => {
  const task = plan.tasks[index]
  const open = task === undefined ? [] : needsOf(task).filter((need) => prospects[need]?._tag !== "Cached")
  return [...new Set(open.flatMap((need) => plan.stages[plan.tasks[need]?.stage ?? -1]?.id ?? []))]
}
