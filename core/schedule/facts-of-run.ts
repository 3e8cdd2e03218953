/** What is compared of a run with those before it, from its plan and its journal. */
import type { PlanStage } from "../plan/Plan.ts"
import { stageOf } from "../plan/task-id.ts"
import type { PastRun } from "../record/RunHistory.ts"
import type { TaskState, TaskStatus } from "../record/RunState.ts"
import { withoutTask } from "../report/collect-expectations.ts"
import { type Judgement, judge } from "../report/judge-expectations.ts"
import type { Result, RunFacts } from "./drift.ts"

/** The facts of a run. */
export const factsOf = (past: PastRun): RunFacts => {
  const { folder, plan, state } = past
  const exact = new Set(plan.stages.flatMap(({ determinism, id }) => (isExact(determinism) ? [id] : [])))
  const computed = [...state.tasks.values()].filter(({ status }) => status === "done")
  return {
    run: folder.id,
    traceId: state.started?.traceId ?? "",
    verdicts: new Map(judgementsOf(past).map(({ metric, verdict }) => [metric, verdict])),
    metrics: new Map(
      computed.flatMap(({ task, metrics }) =>
        Object.entries(metrics).map(([name, value]) => [`${task}.${name}`, value] as const)
      )
    ),
    stages: new Map(
      plan.stages.flatMap(({ id, tasks }) => {
        const own = tasks.map((task) => state.tasks.get(plan.tasks[task]?.id ?? ""))
        const millis = own.map(durationOf)
        return own.length === 0 || millis.includes(undefined) ? [] : [[id, sum(millis)]]
      })
    ),
    results: new Map(computed.flatMap((task): ReadonlyArray<readonly [string, Result]> => resultOf(exact, task))),
    machine: machineOf(past)
  }
}

/** How the expectations of a run stand, by what its journal has of metrics. */
export const judgementsOf = ({ plan, state }: PastRun): ReadonlyArray<Judgement> => [
  ...plan.expectations.map(({ task: index, metric, expected }) => {
    const task = state.tasks.get(plan.tasks[index]?.id ?? "")
    return judge(expected, task?.metrics[metric], ABSENCE[task?.status ?? "ready"])
  }),
  ...(plan.absences?.expectations.map((expected) => judge(expected, undefined, withoutTask(plan, expected))) ?? [])
]

/** Why a task of a run that is over has no metrics; one that has come to its end has not recorded this one. */
const ABSENCE: { readonly [status in TaskStatus]?: string } = {
  ready: "its task has not run",
  running: "its task was cut off",
  failed: "its task failed",
  skipped: "its task was skipped"
}

/** Of the attempt that gave the result; `undefined` where the run did not compute it, or went on from an earlier one. */
const durationOf = (task: TaskState | undefined): number | undefined => {
  const attempt = task?.attempts.at(-1)
  if (task?.status !== "done" || task.continuedFrom !== undefined || attempt?.endedAt === undefined) return undefined
  return attempt.endedAt - attempt.startedAt
}

const sum = (values: ReadonlyArray<number | undefined>): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0)

/** Whether the same key always has the same bytes. */
const isExact = (determinism: PlanStage["determinism"]): boolean => determinism === "bitwise" || determinism === "libm"

/** The result of a task of a stage whose results are exact. */
const resultOf = (exact: ReadonlySet<string>, { continuedFrom, key, outputs, task }: TaskState) =>
  exact.has(stageOf(task)) && key !== undefined && outputs !== undefined && continuedFrom === undefined
    ? [[task, { key, outputs }] as const]
    : []

const machineOf = ({ state: { started } }: PastRun): string => {
  const { platform = "", processor = "", cores = "" } = started?.environment ?? {}
  return [platform, processor, cores, started?.jobs ?? 0].join(" ")
}
