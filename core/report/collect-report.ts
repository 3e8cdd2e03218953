/** Gathers what a report shows, from the journal of a run, its plan and the store. */
import { Effect } from "effect"
import { countText } from "../document/quantities.ts"
import { deviceText } from "../plan/device-class.ts"
import type { PendingStage, Plan, PlanInput, PlanStage, PlanTask } from "../plan/Plan.ts"
import { flawsText } from "../record/JournalFlaws.ts"
import type { AttemptState, RunState, TaskState } from "../record/RunState.ts"
import { resultOf, type TaskResult } from "../record/TaskResult.ts"
import type { ActionRecord, InputPart } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { collectExpectations } from "./collect-expectations.ts"
import { collectFigures } from "./collect-figures.ts"
import { collectSweeps } from "./collect-sweeps.ts"
import { collectTaskTimes } from "./collect-task-times.ts"
import { criticalSteps, timedGraph } from "./collect-times.ts"
import { judgeRun } from "./judge-run.ts"
import { MAX_LISTED_STAGES, tasksPerStage } from "./listing.ts"
import type {
  ComputedBy,
  ReportAttempt,
  ReportInput,
  ReportModel,
  ReportOutput,
  ReportStage,
  ReportTask
} from "./ReportModel.ts"
import { reproductionOf } from "./reproduce.ts"
import { shownStatus } from "./shown-status.ts"

/** What the folder of a run holds. */
export interface RecordedRun {
  /** With its path, what the folder holds beside journal and plan is told too. */
  readonly folder: { readonly id: string; readonly path?: string }
  readonly plan: Plan
  readonly state: RunState
  /** Whether a run without an end has died, instead of going on. */
  readonly hasDied?: boolean
}

/**
 * The report of any run, past or going on.
 *
 * The journal says which results these are, whatever holds for their keys by now. What the store has lost since is
 * missing from the report and named there; it is no failure.
 */
export const collectReport = Effect.fn("collectReport")(function* ({
  folder,
  hasDied = false,
  plan,
  state
}: RecordedRun) {
  const actions = yield* ActionStore
  const run = runOf(folder.id, plan, state)
  const standing = { state, isOver: hasDied || state.outcome !== undefined }
  const results = plan.tasks.map(({ id }) => resultOf(state, id, actions))
  const tasks = new Array<ReportTask>(plan.tasks.length)
  const perStage = tasksPerStage(plan.stages.map((stage) => stage.tasks.length))
  // What the page shows elsewhere it lists too.
  const shown = tasksShown({ plan, state })
  for (const [number, stage] of plan.stages.entries()) {
    for (const [position, index] of stage.tasks.entries()) {
      const task = plan.tasks[index]
      if (task === undefined) continue
      const isListed = number < MAX_LISTED_STAGES && (position < perStage || shown.has(task.id))
      const anchor = isListed ? `task-${index}` : undefined
      tasks[index] = { ...taskOf(run, plan, standing, task, results[index], isListed), anchor }
    }
  }
  const pending = (plan.pending ?? []).map((stage) => pendingStage(stage, standing, run.finishedAt))
  const stages = [...plan.stages.map((stage) => stageOf(stage, tasks)), ...pending]
  const figures = yield* collectFigures({ run: folder.id, plan, state, results })
  const criticalPath = criticalSteps(plan, state, tasks)
  return {
    name: plan.name,
    file: plan.file,
    description: plan.description,
    paper: plan.paper,
    run,
    ...figures,
    expectations: collectExpectations(plan, tasks, results),
    criticalPath,
    reproduction: yield* reproductionOf({ folder, plan, state }),
    graph: timedGraph(plan, stages, criticalPath),
    stages,
    sweeps: yield* collectSweeps(stages),
    times: yield* collectTaskTimes({ folder, plan, state }, stages)
  } satisfies ReportModel
})

/** The tasks that figures and expectations tell of: of those that all have to meet one the worst. */
const tasksShown = ({ plan, state }: Pick<RecordedRun, "plan" | "state">): ReadonlySet<string> => {
  const single = plan.expectations.filter(({ every }) => every === undefined)
  const shown = [...plan.figures, ...single].map(({ task }) => plan.tasks[task]?.id ?? "")
  const worst = judgeRun({ plan, state }).flatMap(({ judgement }) => judgement.every?.worst ?? [])
  return new Set([...shown, ...worst])
}

const stageOf = (stage: PlanStage, tasks: ReadonlyArray<ReportTask>): ReportStage => ({
  id: stage.id,
  stageType: stage.stageType,
  summary: stage.summary,
  source: stage.source,
  determinism: stage.determinism,
  code: stage.code.identity,
  packages: stage.code.parts.packages,
  library: stage.blas?.title,
  tasks: stage.tasks.flatMap((task) => tasks[task] ?? [])
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
    environment: started?.environment ?? {},
    files: started?.files ?? {},
    flaws: flawsText(id, state.flaws)
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

/** How far a run has come, and whether it comes any further. */
interface Standing {
  readonly state: RunState
  readonly isOver: boolean
}

/** What only the store tells of a task is left out where nobody lists it: to ask for ten thousand takes its time. */
const taskOf = (
  run: ReportModel["run"],
  plan: Plan,
  { isOver, state }: Standing,
  task: PlanTask,
  result: TaskResult | undefined,
  isListed: boolean
): Omit<ReportTask, "anchor"> => {
  const recorded = state.tasks.get(task.id)
  const attempts = (recorded?.attempts ?? []).map((attempt) => attemptOf(attempt, run.finishedAt))
  const record = isListed || recorded?.status === "hit" ? result?.record : undefined
  const shown = isListed ? Object.entries(task.inputs) : []
  return {
    id: task.id,
    matrix: task.matrix,
    params: task.params,
    status: shownStatus(recorded, isOver),
    reason: recorded?.because ?? recorded?.reason ?? "",
    key: recorded?.key,
    metrics: result?.metrics ?? {},
    ...(task.device === undefined ? {} : { device: deviceText(task.device, recorded?.adapter) }),
    inputs: shown.map(([port, input]) => inputOf(plan, port, input, record?.parts.inputs[port])),
    outputs: isListed ? outputsOf(result, plan.stages[task.stage]?.outputs ?? {}) : [],
    computed: record === undefined ? computedHere(run.id, recorded, attempts.at(-1)) : computedBy(record),
    attempts,
    logs: recorded?.status === "hit" ? (record?.logs ?? []) : (recorded?.logs ?? [])
  }
}

/** A stage that never came to tasks stands for them itself, where the journal tells of its end. */
const pendingStage = ({ id, stageType }: PendingStage, { isOver, state }: Standing, end: number): ReportStage => {
  const recorded = state.tasks.get(id)
  const task = recorded && {
    ...{ id, anchor: `stage-${id}`, matrix: {}, params: {}, key: undefined, metrics: {} },
    ...{ inputs: [], outputs: [], computed: undefined },
    status: shownStatus(recorded, isOver),
    reason: recorded.because ?? recorded.reason ?? "",
    attempts: recorded.attempts.map((attempt) => attemptOf(attempt, end)),
    logs: recorded.logs
  }
  return {
    ...{
      id,
      stageType,
      summary: "",
      source: undefined,
      determinism: "unknown",
      code: undefined,
      packages: {},
      library: undefined
    },
    tasks: task === undefined ? [] : [task]
  }
}

/** An attempt without an end is drawn up to the end of the run. */
const attemptOf = (attempt: AttemptState, end: number): ReportAttempt => ({
  number: attempt.attempt,
  worker: attempt.worker,
  startedAt: attempt.startedAt,
  finishedAt: attempt.endedAt ?? end,
  error: attempt.error
})

const inputOf = (plan: Plan, port: string, input: PlanInput, part: InputPart | undefined): ReportInput => {
  const digest = part?.digest
  if (input._tag === "One") return { port, from: originText(plan, input.origin), digest, items: [] }
  const parts = part?._tag === "Many" ? part.items : []
  const items = input.items.map(({ origin }, index) => ({
    from: originText(plan, origin),
    digest: parts[index]?.digest
  }))
  return { port, from: countText(items.length, "item"), digest, items }
}

const originText = (plan: Plan, origin: Extract<PlanInput, { readonly _tag: "One" }>["origin"]): string =>
  origin._tag === "Source"
    ? `sources.${plan.sources[origin.source]?.name ?? "?"}`
    : `${plan.tasks[origin.task]?.id ?? "?"}.${origin.port}`

const outputsOf = (
  result: TaskResult | undefined,
  kinds: Plan["stages"][number]["outputs"]
): ReadonlyArray<ReportOutput> =>
  Object.entries(kinds).flatMap(([port, kind]) => {
    const digest = result?.outputs[port]
    if (digest === undefined) return []
    const bytes = result?.artifact(port)?.files.reduce((sum, file) => sum + file.bytes, 0)
    return [{ port, kind, digest, bytes }]
  })

const computedBy = ({ runId, task, attempt, startedAt, ...record }: ActionRecord): ComputedBy => ({
  runId,
  task,
  attempt,
  startedAt,
  durationMillis: record.durationMillis,
  cpuMillis: record.cpuMillis,
  peakMemory: record.peakMemory,
  isContinued: record.continuedFrom !== undefined
})

/** What the journal of this run says of a result that it made. */
const computedHere = (
  runId: string,
  recorded: TaskState | undefined,
  attempt: ReportAttempt | undefined
): ComputedBy | undefined => {
  if (recorded?.status !== "done" || attempt === undefined) return undefined
  const { task, cpuMillis, peakMemory, continuedFrom } = recorded
  const { number, startedAt, finishedAt } = attempt
  return {
    ...{ runId, task, attempt: number, startedAt, durationMillis: finishedAt - startedAt, cpuMillis, peakMemory },
    isContinued: continuedFrom !== undefined
  }
}
