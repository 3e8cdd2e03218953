/** Says of tasks without a result whether they were tried: what failed the last time was not "never run". */
import type { Explanation } from "../plan/reason.ts"
import type { LatestRuns } from "../record/LatestRuns.ts"
import type { TaskState } from "../record/RunState.ts"
import type { Assessment, Prospect } from "../run/assess.ts"

/** An assessment whose phrases know the failures of the pipeline's last run. Its journal is read only where a task has no result. */
export const noteFailures = (assessment: Assessment): Assessment => {
  const { plan, prospects, latest } = assessment
  const isNew = prospects.map((prospect, index) => isUnknown(prospect, plan.tasks[index]?.id))
  if (!isNew.includes(true)) return assessment
  const failures = lastFailures(latest)
  return {
    ...assessment,
    prospects: prospects.map((prospect, index): Prospect => {
      const text = isNew[index] === true ? failures.get(plan.tasks[index]?.id ?? "") : undefined
      if (text === undefined || !("explanation" in prospect)) return prospect
      const explanation: Explanation = { ...prospect.explanation, text }
      return { ...prospect, explanation }
    })
  }
}

/** Whether no result of the task itself is there to compare with. */
const isUnknown = (prospect: Prospect, task: string | undefined): boolean =>
  "explanation" in prospect && prospect.explanation.against?.task !== task

/** What failed in the last run, in words, by task. */
const lastFailures = (latest: LatestRuns): ReadonlyMap<string, string> => {
  const [last] = latest
  if (last === undefined) return new Map()
  const { folder, state } = last
  const failed = [...state.tasks.values()].filter(({ status }) => status === "failed")
  return new Map(failed.map((task) => [task.task, failureText(folder.id, task)]))
}

const failureText = (run: string, { attempts }: TaskState): string => {
  const [message = ""] = attempts.at(-1)?.error?.message.split("\n", 1) ?? []
  return `failed in run ${run}${message === "" ? "" : `: ${message}`}`
}
