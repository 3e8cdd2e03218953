/** Says of tasks without a result whether they were tried: what failed the last time was not "never run". */
import { Effect } from "effect"
import type { Plan } from "../plan/Plan.ts"
import type { Explanation } from "../plan/reason.ts"
import { RunHistory } from "../record/RunHistory.ts"
import type { TaskState } from "../record/RunState.ts"
import type { Assessment, Prospect } from "../run/assess.ts"

/** Runs that are looked through for the last of a pipeline: others may have run since. */
const MAX_RUNS = 5

/** An assessment whose phrases know the failures of the pipeline's last run. Journals are read only where a task has no result. */
export const noteFailures = Effect.fn("noteFailures")(function* (assessment: Assessment) {
  const { plan, prospects } = assessment
  const isNew = prospects.map((prospect, index) => isUnknown(prospect, plan.tasks[index]?.id))
  if (!isNew.includes(true)) return assessment
  const failures = yield* lastFailures(plan)
  return {
    ...assessment,
    prospects: prospects.map((prospect, index): Prospect => {
      const text = isNew[index] === true ? failures.get(plan.tasks[index]?.id ?? "") : undefined
      if (text === undefined || !("explanation" in prospect)) return prospect
      const explanation: Explanation = { ...prospect.explanation, text }
      return { ...prospect, explanation }
    })
  } satisfies Assessment
})

/** Whether no result of the task itself is there to compare with. */
const isUnknown = (prospect: Prospect, task: string | undefined): boolean =>
  "explanation" in prospect && prospect.explanation.against?.task !== task

/** Of the pipeline's last run: what failed there, in words, by task. */
const lastFailures = Effect.fnUntraced(function* ({ name }: Plan) {
  const history = yield* RunHistory
  for (const folder of (yield* history.list).slice(0, MAX_RUNS)) {
    const { started, tasks } = yield* history.state(folder)
    if (started?.pipeline !== name) continue
    const failed = [...tasks.values()].filter(({ status }) => status === "failed")
    return new Map(failed.map((task) => [task.task, failureText(folder.id, task)]))
  }
  return new Map<string, string>()
})

const failureText = (run: string, { attempts }: TaskState): string => {
  const [message = ""] = attempts.at(-1)?.error?.message.split("\n", 1) ?? []
  return `failed in run ${run}${message === "" ? "" : `: ${message}`}`
}
