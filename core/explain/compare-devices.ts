/** What the tasks of runs were computed on, side by side: results of two classes of devices have other bits. */
import { deviceText, PROCESSOR } from "../plan/device-class.ts"
import { stageOf } from "../plan/task-id.ts"
import type { TaskState } from "../record/RunState.ts"
import type { ComparedRun, Row } from "./compare-runs.ts"

/** What all these tasks have in common; named by their stage, or by the task where it is one. */
export interface DeviceRow extends Row<string> {
  readonly tasks: ReadonlyArray<string>
}

/** The devices of all tasks that some run has computed on another than the processor, those with the same ones in one row. */
export const compareDevices = (runs: ReadonlyArray<Pick<ComparedRun, "state">>): ReadonlyArray<DeviceRow> => {
  const rows = new Map<
    string,
    { readonly stage: string; readonly tasks: Array<string>; readonly values: Row<string>["values"] }
  >()
  for (const task of new Set(runs.flatMap(({ state }) => [...state.tasks.keys()]))) {
    const values = runs.map(({ state }) => deviceOf(state.tasks.get(task)))
    if (values.every((value) => value === null || value === PROCESSOR)) continue
    const alike = JSON.stringify([stageOf(task), values])
    const row = rows.get(alike) ?? { stage: stageOf(task), tasks: [], values }
    row.tasks.push(task)
    rows.set(alike, row)
  }
  return [...rows.values()].map(({ stage, tasks, values }) => ({
    name: tasks.length === 1 ? (tasks[0] ?? stage) : stage,
    tasks,
    values
  }))
}

/** Its class, and what computed in the words of its driver; `null` where the task has not got so far. */
const deviceOf = (task: TaskState | undefined): string | null =>
  task?.key === undefined ? null : deviceText(task.device ?? PROCESSOR, task.adapter)
