/** Sets each expectation of a run beside what the run has measured, with where both numbers come from. */
import { nearest } from "../document/nearest.ts"
import type { ExpectationDocument } from "../document/PipelineDocument.ts"
import { expectedOf, type Plan, type PlanExpectation } from "../plan/Plan.ts"
import { stageInMetric } from "../plan/task-id.ts"
import type { TaskResult } from "../record/TaskResult.ts"
import { judgeEvery, type MeasuredTask } from "./judge-every.ts"
import { judge } from "./judge-expectations.ts"
import type { ReportExpectation, ReportTask } from "./ReportModel.ts"

/** Every expectation of the profile, those without a task last. `tasks` and `results` are in the order of the plan. */
export const collectExpectations = (
  plan: Plan,
  tasks: ReadonlyArray<ReportTask>,
  results: ReadonlyArray<TaskResult>
): ReadonlyArray<ReportExpectation> => [
  ...plan.expectations.map((expectation) => {
    const { expected } = expectation
    const indices = expectedOf(expectation)
    const { judgement, worst } = judgeEvery(
      expected,
      indices.map((index) => measuredBy(tasks[index], plan.tasks[index]?.id ?? "", expectation))
    )
    const index = indices[worst] ?? expectation.task
    const task = tasks[index]
    const origin = task && { task: task.id, anchor: task.anchor, key: task.key, outputs: results[index]?.outputs ?? {} }
    return { ...judgement, place: placeOf(expected), from: origin }
  }),
  ...(plan.absences?.expectations.map((expected) => ({
    ...judge(expected, undefined, withoutTask(plan, expected)),
    place: placeOf(expected),
    from: undefined
  })) ?? [])
]

const measuredBy = (task: ReportTask | undefined, id: string, { metric, expected }: PlanExpectation): MeasuredTask => ({
  task: id,
  measured: task?.metrics[metric],
  absence: absenceOf(task && { ...task, isLost: task.computed === undefined }, metric, expected.metric.value)
})

/** `pipelines/ntk-study.yaml:213`. */
const placeOf = ({ span: { file, line } }: ExpectationDocument): string => `${file}:${line}`

/** Why nothing can have recorded an expected metric. */
export const withoutTask = ({ pending = [] }: Plan, { metric: { value } }: ExpectationDocument): string => {
  const stage = stageInMetric(value)
  if (pending.some(({ id }) => id === stage)) return "its tasks were not known"
  return value[stage.length] === "@" ? "no such task: the list does not have it" : "no task: the list is empty"
}

/** What is looked at of a task that lacks a metric. */
export interface LackingTask extends Pick<ReportTask, "status" | "metrics"> {
  /** Whether what it found is no longer known. */
  readonly isLost: boolean
}

/** Why an expected metric, which is written like this, has no value. */
export const absenceOf = (task: LackingTask | undefined, metric: string, written: string): string | undefined => {
  switch (task?.status) {
    case "failed":
      return "its task failed"
    case "skipped":
      return "its task was skipped"
    case "cut":
      return "its task was cut off"
    case "done":
      return unrecorded(task, metric, written)
    case "hit":
      return task.isLost ? "its result is no longer in the store" : unrecorded(task, metric, written)
    default:
      return "its task has not run"
  }
}

/** Metrics beyond this are not listed. */
const LISTED = 8

/** A metric that a finished task did not record is most often a slip in its name; what is meant is said as it is written. */
const unrecorded = ({ metrics }: LackingTask, metric: string, written: string): string => {
  const names = Object.keys(metrics)
  const close = nearest(metric, names)
  const words = "its stage recorded no such metric"
  if (close !== undefined) return `${words}; did you mean ${written.slice(0, written.length - metric.length)}${close}?`
  return names.length > LISTED ? words : `${words} (it recorded: ${names.join(", ") || "none"})`
}
