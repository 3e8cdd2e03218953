/** `pipeline show`: one run, its parameters, tasks and metrics. */
import { Effect } from "effect"
import { durationText } from "../observe/duration.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { outcomeOf, paramsOf, type TaskState } from "../record/RunState.ts"
import { resultOf } from "../record/TaskResult.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { storeLayer } from "./services.ts"

/** Prints a run. */
export const show = (choices: { readonly run: string; readonly json: boolean }) =>
  Effect.gen(function* () {
    const history = yield* RunHistory
    const actions = yield* ActionStore
    const folder = yield* history.resolve(choices.run)
    const state = yield* history.state(folder)
    const tasks = [...state.tasks.values()].map((task) => {
      const { outputs, metrics, record } = resultOf(state, task.task, actions)
      return {
        task: task.task,
        status: task.status,
        key: task.key,
        reason: task.reason ?? task.because,
        computedBy: task.computedBy ?? record?.runId,
        durationMillis: task.status === "hit" ? undefined : elapsed(task),
        metrics,
        outputs,
        error: task.attempts.at(-1)?.error?.message
      }
    })
    if (choices.json)
      printJson({ run: folder.id, outcome: outcomeOf(state), ...state.started, counts: state.counts, tasks })
    else {
      print(`${folder.id}  ${state.started?.pipeline ?? ""}  ${outcomeOf(state)}`)
      print(`profile ${state.started?.profile ?? ""}, params ${JSON.stringify(paramsOf(state))}\n`)
      print(
        table(
          tasks.map(({ task, status, durationMillis, reason, error, metrics }) => [
            status,
            task,
            durationMillis === undefined ? "" : durationText(durationMillis),
            error ?? reason ?? "",
            Object.entries(metrics)
              .slice(0, 4)
              .map(([name, value]) => `${name}=${Number(value.toPrecision(5))}`)
              .join(" ")
          ]),
          new Set([2])
        )
      )
    }
    return EXIT.success
  }).pipe(Effect.provide(storeLayer))

const elapsed = ({ attempts, endedAt }: TaskState): number | undefined => {
  const startedAt = attempts[0]?.startedAt
  return startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt
}
