/** What a run waited for, and what its stages took. */
import { criticalTasks } from "../observe/critical-tasks.ts"
import type { Plan } from "../plan/Plan.ts"
import { stageOf } from "../plan/task-id.ts"
import type { RunState } from "../record/RunState.ts"
import { type GraphModel, ofPlan, withTimes } from "./GraphModel.ts"
import type { CriticalStep, ReportStage, ReportTask } from "./ReportModel.ts"
import { stageSummaryOf } from "./ReportSummary.ts"

/** The critical path as the journal tells it. */
export const criticalSteps = (
  plan: Plan,
  state: RunState,
  tasks: ReadonlyArray<ReportTask>
): ReadonlyArray<CriticalStep> => {
  const ends = new Map(
    [...state.tasks].flatMap(([id, { endedAt, attempts }]) =>
      endedAt === undefined ? [] : [[id, { endedAt, ran: attempts.length > 0 }] as const]
    )
  )
  const chain = new Set(criticalTasks(ends, plan))
  const anchors = new Map(tasks.flatMap(({ id, anchor }) => (chain.has(id) ? [[id, anchor] as const] : [])))
  return [...chain].map((task) => {
    const { readyAt = 0, endedAt = 0, attempts = [] } = state.tasks.get(task) ?? {}
    const startedAt = attempts[0]?.startedAt ?? readyAt
    return { task, anchor: anchors.get(task), readyAt: Math.min(readyAt, startedAt), startedAt, endedAt }
  })
}

/** The graph of a run, with the states and times of its stages. */
export const timedGraph = (
  plan: Plan,
  stages: ReadonlyArray<ReportStage>,
  criticalPath: ReadonlyArray<CriticalStep>
): GraphModel => {
  const critical = new Set(criticalPath.map(({ task }) => stageOf(task)))
  const statuses = new Map(stages.flatMap(({ tasks }) => tasks.map(({ id, status }) => [id, status] as const)))
  const times = stages.map((stage) => {
    const { busyMillis } = stageSummaryOf(stage)
    return [stage.id, { busyMillis, isCritical: critical.has(stage.id) }] as const
  })
  return withTimes(ofPlan(plan, statuses), new Map(times))
}
