/** Tasks in the plans of their runs, each of which is read once. */
import { Effect } from "effect"
import type { Plan, PlanTask } from "../plan/Plan.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { earlierTask, type FindEarlierTask } from "./EarlierTask.ts"

export const earlierTasks = Effect.map(RunHistory, (history): FindEarlierTask => {
  const plans = new Map<string, PlanOfRun | undefined>()
  const planOf = Effect.fnUntraced(function* (run: string) {
    if (!plans.has(run)) {
      const past = Effect.flatMap(history.resolve(run), history.load)
      // Folders of runs may be removed; their results stay.
      const found = yield* Effect.catchTag(past, "RunUnknown", () => Effect.undefined)
      plans.set(run, found && { plan: found.plan, tasks: tasksByName(found.plan) })
    }
    return plans.get(run)
  })
  return ({ runId, task }) =>
    Effect.map(planOf(runId), (run) => {
      const found = run?.tasks.get(task)
      return run && found && earlierTask(run.plan, found)
    })
})

interface PlanOfRun {
  readonly plan: Plan
  readonly tasks: ReadonlyMap<string, PlanTask>
}

export const tasksByName = ({ tasks }: Plan): ReadonlyMap<string, PlanTask> =>
  new Map(tasks.map((task) => [task.id, task]))
