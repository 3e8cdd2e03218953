/** Two or more runs side by side: what they were asked, what they gave, how long it took, and by which code. */
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import type { PlanStage } from "../plan/Plan.ts"
import { stageOf } from "../plan/task-id.ts"
import { codeDifferences, phrase, titleOf, wholeCode } from "../plan/why.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { outcomeOf } from "../record/RunState.ts"
import { compareDevices, type DeviceRow } from "./compare-devices.ts"
import { compareTaskParams, isTold, type TaskParamRow } from "./compare-task-params.ts"
import { type RunValue, RunValues } from "./RunValues.ts"

/** Something that each run has or has not. */
export interface Row<A> {
  readonly name: string
  /** By run; `null` where a run has none. */
  readonly values: ReadonlyArray<A | null>
}

/** The code of a stage. */
export interface CodeRow extends Row<string> {
  /** By run: what is other than in the first one, in words. */
  readonly changes: ReadonlyArray<ReadonlyArray<string>>
}

export interface RunComparison {
  readonly runs: ReadonlyArray<string>
  readonly params: ReadonlyArray<Row<RunValue>>
  readonly taskParams: ReadonlyArray<TaskParamRow>
  /** By `task.metric`; what diverged is not finite. */
  readonly metrics: ReadonlyArray<Row<number>>
  /** Digests by `task.port`. */
  readonly artifacts: ReadonlyArray<Row<string>>
  /** What tasks were computed on, where that is not the processor in all runs. */
  readonly devices: ReadonlyArray<DeviceRow>
  /** Milliseconds that tasks of each stage were computed for, one after the other, and the run as a whole. */
  readonly timings: ReadonlyArray<Row<number>>
  /** Identities by stage. */
  readonly code: ReadonlyArray<CodeRow>
  readonly environment: ReadonlyArray<Row<string>>
}

/** What is compared of a run. */
export interface ComparedRun extends Pick<PastRun, "folder" | "plan" | "state"> {
  /** Its pipeline file; `undefined` where that can no longer be read. */
  readonly document: PipelineDocument | undefined
}

/** Compares runs; rows stand in the order of the first run that has them. */
export const compareRuns = (runs: ReadonlyArray<ComparedRun>): RunComparison => {
  const values = runs.map(({ folder, state }) => new RunValues(folder, state))
  return {
    runs: runs.map(({ folder }) => folder.id),
    params: rows(values.map(({ params }) => params)),
    taskParams: compareTaskParams(runs),
    metrics: rows(values.map(({ metrics }) => metrics)),
    artifacts: rows(runs.map(artifactsOf)),
    devices: compareDevices(runs),
    timings: rows(runs.map(timingsOf)),
    code: codeRows(runs),
    environment: rows(runs.map(environmentOf))
  }
}

/** The rows in which the runs are not all alike; of the parameters of tasks those that the pipeline's do not explain. */
export const differing = (comparison: RunComparison): RunComparison => {
  const isUneven = ({ values: [first, ...others] }: Row<unknown>): boolean =>
    others.some((value) => !Object.is(value, first))
  const { runs, params, taskParams, metrics, artifacts, devices, timings, code, environment } = comparison
  return {
    runs,
    params: params.filter(isUneven),
    taskParams: taskParams.filter(isTold),
    metrics: metrics.filter(isUneven),
    artifacts: artifacts.filter(isUneven),
    devices: devices.filter(isUneven),
    timings: timings.filter(isUneven),
    code: code.filter(isUneven),
    environment: environment.filter(isUneven)
  }
}

const rows = <A>(maps: ReadonlyArray<ReadonlyMap<string, A>>): ReadonlyArray<Row<A>> =>
  [...new Set(maps.flatMap((map) => [...map.keys()]))].map((name) => ({
    name,
    values: maps.map((map) => map.get(name) ?? null)
  }))

const artifactsOf = ({ state }: ComparedRun): ReadonlyMap<string, string> => {
  const artifacts = new Map<string, string>()
  for (const { task, outputs = {} } of state.tasks.values()) {
    for (const [port, digest] of Object.entries(outputs)) artifacts.set(`${task}.${port}`, digest)
  }
  return artifacts
}

const timingsOf = ({ state }: ComparedRun): ReadonlyMap<string, number> => {
  const timings = new Map<string, number>()
  const { started, endedAt } = state
  if (started !== undefined && endedAt !== undefined) timings.set("(run)", endedAt - started.at)
  for (const { task, attempts } of state.tasks.values()) {
    const stage = stageOf(task)
    for (const attempt of attempts) {
      if (attempt.endedAt === undefined) continue
      timings.set(stage, (timings.get(stage) ?? 0) + attempt.endedAt - attempt.startedAt)
    }
  }
  return timings
}

const environmentOf = ({ state, plan }: ComparedRun): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries({ pipeline: plan.name, profile: plan.profile, outcome: outcomeOf(state) }),
    ...Object.entries(state.started?.environment ?? {})
  ])

const codeRows = (runs: ReadonlyArray<ComparedRun>): ReadonlyArray<CodeRow> => {
  const stages = runs.map(({ plan }) => new Map(plan.stages.map((stage) => [stage.id, stage])))
  return rows(stages).map(({ name, values }): CodeRow => {
    const [first] = values
    return {
      name,
      values: values.map((stage) => (stage === null ? null : wholeCode(stage.code).identity)),
      changes: values.map((stage) => (first && stage ? changesBetween(first, stage) : []))
    }
  })
}

const changesBetween = (before: PlanStage, after: PlanStage): ReadonlyArray<string> => {
  if (before.stageType !== after.stageType) return [`stage type ${before.stageType}→${after.stageType}`]
  const [old, now] = [wholeCode(before.code), wholeCode(after.code)]
  return codeDifferences(old, now).map((difference) => phrase(difference, { stageType: titleOf(after) }))
}
