/** Says of tasks without a result what became of them: what failed, or had one that was collected, was not "never run". */
import type { Explanation } from "../plan/reason.ts"
import type { LatestRuns } from "../record/LatestRuns.ts"
import type { TaskState } from "../record/RunState.ts"
import type { Assessment, Prospect } from "../run/assess.ts"

/** An assessment whose phrases know the pipeline's last runs. Their journals are read only where a task has no result. */
export const noteOutcomes = (assessment: Assessment): Assessment => {
  const { plan, prospects, latest } = assessment
  const isNew = prospects.map((prospect, index) => isUnknown(prospect, plan.tasks[index]?.id))
  if (!isNew.includes(true)) return assessment
  const outcomes = lastOutcomes(latest)
  return {
    ...assessment,
    prospects: prospects.map((prospect, index): Prospect => {
      const text = isNew[index] === true ? outcomes.get(plan.tasks[index]?.id ?? "") : undefined
      if (text === undefined || !("explanation" in prospect)) return prospect
      const explanation: Explanation = { ...prospect.explanation, text }
      return { ...prospect, explanation }
    })
  }
}

/** Whether no result of the task itself is there to compare with. */
const isUnknown = (prospect: Prospect, task: string | undefined): boolean =>
  "explanation" in prospect && prospect.explanation.against?.task !== task

/** What came of tasks the last time, in words, by task. */
const lastOutcomes = (latest: LatestRuns): ReadonlyMap<string, string> => {
  const outcomes = new Map<string, string>()
  for (const { folder, state } of latest) {
    for (const task of state.tasks.values()) {
      const text = outcomeText(folder.id, task)
      if (text !== undefined && !outcomes.has(task.task)) outcomes.set(task.task, text)
    }
  }
  return outcomes
}

const outcomeText = (run: string, { attempts, status }: TaskState): string | undefined => {
  // The journal has it, and the store has nothing of it: collections alone leave that.
  if (status === "done" || status === "hit") return `its result of run ${run} was collected`
  if (status !== "failed") return undefined
  const [message = ""] = attempts.at(-1)?.error?.message.split("\n", 1) ?? []
  return `failed in run ${run}${message === "" ? "" : `: ${message}`}`
}
