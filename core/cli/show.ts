/** `pipeline show`: one run, its parameters, tasks and metrics. */
import { Effect } from "effect"
import { printable } from "../document/terminal-cells.ts"
import { durationText } from "../observe/duration.ts"
import { PROCESSOR } from "../plan/device-class.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { outcomeOf, paramsOf, type RunState, type TaskState } from "../record/RunState.ts"
import { resultOf } from "../record/TaskResult.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { storeLayer } from "./services.ts"
import { flawsField, tellFlaws } from "./tell-flaws.ts"

/** Prints a run. */
export const show = (choices: { readonly run: string; readonly json: boolean }) =>
  Effect.gen(function* () {
    const history = yield* RunHistory
    const actions = yield* ActionStore
    const folder = yield* history.resolve(choices.run)
    const state = yield* history.state(folder)
    const tasks = [...state.tasks.values()].map((task) => shownTask(task, resultOf(state, task.task, actions)))
    tellFlaws(folder.id, state)
    if (choices.json) printJson(shownRun(folder.id, state, tasks))
    else print(renderRun(folder.id, state, tasks))
    return EXIT.success
  }).pipe(Effect.provide(storeLayer))

const shownTask = (task: TaskState, { outputs, metrics, record }: ReturnType<typeof resultOf>) => ({
  task: task.task,
  status: task.status,
  device: task.device ?? PROCESSOR,
  adapter: task.adapter,
  key: task.key,
  reason: task.reason ?? task.because,
  continuedFrom: task.continuedFrom,
  computedBy: task.computedBy ?? record?.runId,
  durationMillis: task.status === "hit" ? undefined : elapsed(task),
  metrics,
  outputs,
  error: task.attempts.at(-1)?.error?.message
})

type ShownTask = ReturnType<typeof shownTask>

const shownRun = (id: string, state: RunState, tasks: ReadonlyArray<ShownTask>) => {
  const {
    pipeline,
    file,
    profile,
    params,
    targets,
    jobs,
    traceId,
    environment,
    at: startedAt,
    tick
  } = state.started ?? {}
  const outcome = outcomeOf(state)
  const { counts, endedAt } = state
  return {
    ...{ run: id, outcome, pipeline, file, profile, params, targets, jobs, traceId },
    ...{ tick, startedAt, endedAt, environment, counts, tasks },
    ...flawsField(state)
  }
}

const renderRun = (id: string, state: RunState, tasks: ReadonlyArray<ShownTask>): string => {
  const rows = tasks.map(({ task, status, device, durationMillis, reason, error, metrics }) => [
    status,
    device === PROCESSOR ? task : `${task} on ${device}`,
    durationMillis === undefined ? "" : durationText(durationMillis),
    (error ?? reason ?? "").split("\n")[0] ?? "",
    metricsText(metrics)
  ])
  return [
    `${id}  ${state.started?.pipeline ?? ""}  ${outcomeOf(state)}`,
    ...(state.started?.tick === undefined ? [] : [`started by ${state.started.tick}`]),
    `profile ${state.started?.profile ?? ""}, params ${JSON.stringify(paramsOf(state))}`,
    "",
    table(rows, new Set([2]))
  ].join("\n")
}

/** Metrics that fit on a line. */
const metricsText = (metrics: ShownTask["metrics"]): string =>
  Object.entries(metrics)
    .slice(0, 4)
    .map(([name, value]) => `${printable(name)}=${Number(value.toPrecision(5))}`)
    .join(" ")

const elapsed = ({ attempts, endedAt }: TaskState): number | undefined => {
  const startedAt = attempts[0]?.startedAt
  return startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt
}
