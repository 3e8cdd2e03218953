/** Gathers what a report shows, from the journal of a run, its plan and the store. */
import { Effect } from "effect"
import type { Plan, PlanInput, PlanTask } from "../plan/Plan.ts"
import type { AttemptState, RunState, TaskState, TaskStatus } from "../record/RunState.ts"
import type { ActionRecord, InputPart } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { collectFigures } from "./collect-figures.ts"
import { ofPlan } from "./GraphModel.ts"
import { judge } from "./judge-expectations.ts"
import type { ComputedBy, ReportAttempt, ReportInput, ReportModel, ReportOutput, ReportTask } from "./ReportModel.ts"

/** What the folder of a run holds. */
export interface RecordedRun {
  readonly folder: { readonly id: string }
  readonly plan: Plan
  readonly state: RunState
}

/**
 * The report of any run, past or going on.
 *
 * What the store has lost since is missing from the report and named there; it is no failure.
 */
export const collectReport = Effect.fn("collectReport")(function* ({ folder, plan, state }: RecordedRun) {
  const actions = yield* ActionStore
  const records = plan.tasks.map(({ id }): ActionRecord | undefined => {
    const key = state.tasks.get(id)?.key
    return key === undefined ? undefined : actions.find(key)
  })
  const tasks = plan.tasks.map((task, index) => taskOf(plan, state, task, records[index]))
  const figures = yield* collectFigures(plan, records)
  return {
    name: plan.name,
    file: plan.file,
    description: plan.description,
    paper: plan.paper,
    run: runOf(folder.id, plan, state),
    ...figures,
    expectations: plan.expectations.map(({ task, metric, expected }) =>
      judge(expected, tasks[task]?.metrics[metric], absenceOf(tasks[task]))
    ),
    graph: ofPlan(plan, statusesOf(state)),
    stages: plan.stages.map((stage) => ({
      id: stage.id,
      stageType: stage.stageType,
      summary: stage.summary,
      source: stage.source,
      determinism: stage.determinism,
      code: stage.code.identity,
      tasks: stage.tasks.flatMap((task) => tasks[task] ?? [])
    }))
  } satisfies ReportModel
})

const runOf = (id: string, plan: Plan, state: RunState): ReportModel["run"] => {
  const { started, endedAt, outcome } = state
  const startedAt = started?.at ?? 0
  return {
    id,
    outcome: outcome ?? "running",
    startedAt,
    finishedAt: endedAt ?? lastInstant(state, startedAt),
    profile: plan.profile,
    params: plan.params,
    targets: started?.targets ?? [],
    jobs: started?.jobs ?? 0,
    traceId: started?.traceId ?? "",
    environment: started?.environment ?? {}
  }
}

/** The last that is known of a run without an end. */
const lastInstant = (state: RunState, startedAt: number): number => {
  let last = startedAt
  for (const { readyAt = 0, endedAt = 0, attempts } of state.tasks.values()) {
    last = Math.max(last, readyAt, endedAt, ...attempts.map((attempt) => attempt.endedAt ?? attempt.startedAt))
  }
  return last
}

const statusesOf = (state: RunState): ReadonlyMap<string, TaskStatus> =>
  new Map([...state.tasks].map(([id, { status }]) => [id, status]))

const taskOf = (plan: Plan, state: RunState, task: PlanTask, record: ActionRecord | undefined): ReportTask => {
  const recorded = state.tasks.get(task.id)
  const attempts = recorded?.attempts ?? []
  return {
    id: task.id,
    matrix: task.matrix,
    params: task.params,
    status: recorded?.status ?? "waiting",
    reason: recorded?.because ?? recorded?.reason ?? "",
    key: recorded?.key,
    metrics: recorded?.status === "hit" ? (record?.metrics ?? {}) : (recorded?.metrics ?? {}),
    inputs: Object.entries(task.inputs).flatMap(([port, input]) =>
      inputsOf(plan, port, input, record?.parts.inputs[port])
    ),
    outputs: outputsOf(recorded, record, plan.stages[task.stage]?.outputs ?? {}),
    computed: record === undefined ? undefined : computedBy(record),
    attempts: attempts.map((attempt) => attemptOf(attempt, lastInstant(state, attempt.startedAt))),
    logs: recorded?.status === "hit" ? (record?.logs ?? []) : (recorded?.logs ?? [])
  }
}

const attemptOf = (attempt: AttemptState, now: number): ReportAttempt => ({
  number: attempt.attempt,
  worker: attempt.worker,
  startedAt: attempt.startedAt,
  finishedAt: attempt.endedAt ?? now,
  error: attempt.error
})

/** One line for a single input; for a fan-in the whole and each of its items. */
const inputsOf = (
  plan: Plan,
  port: string,
  input: PlanInput,
  part: InputPart | undefined
): ReadonlyArray<ReportInput> => {
  if (input._tag === "One") return [{ port, from: originText(plan, input.origin), digest: part?.digest }]
  const items = part?._tag === "Many" ? part.items : []
  return [
    { port, from: `${input.items.length} items`, digest: part?.digest },
    ...input.items.map(({ origin }, index) => ({
      port: `${port}[${index}]`,
      from: originText(plan, origin),
      digest: items[index]?.digest
    }))
  ]
}

const originText = (plan: Plan, origin: Extract<PlanInput, { readonly _tag: "One" }>["origin"]): string =>
  origin._tag === "Source"
    ? `sources.${plan.sources[origin.source]?.name ?? "?"}`
    : `${plan.tasks[origin.task]?.id ?? "?"}.${origin.port}`

const outputsOf = (
  recorded: TaskState | undefined,
  record: ActionRecord | undefined,
  kinds: Plan["stages"][number]["outputs"]
): ReadonlyArray<ReportOutput> =>
  Object.entries(kinds).flatMap(([port, kind]) => {
    const stored = record?.outputs[port]
    const digest = recorded?.outputs[port] ?? stored?.digest
    if (digest === undefined) return []
    return [{ port, kind, digest, bytes: stored?.files.reduce((sum, { bytes }) => sum + bytes, 0) }]
  })

const computedBy = ({ runId, task, attempt, startedAt, ...record }: ActionRecord): ComputedBy => ({
  runId,
  task,
  attempt,
  startedAt,
  durationMillis: record.durationMillis,
  cpuMillis: record.cpuMillis,
  peakMemory: record.peakMemory
})

/** Why an expected metric has no value, where the task says so itself. */
const absenceOf = (task: ReportTask | undefined): string | undefined => {
  switch (task?.status) {
    case "failed":
      return "its task failed"
    case "skipped":
      return "its task was skipped"
    case "done":
    case "hit":
      return undefined
    default:
      return "its task has not run"
  }
}
