/** What became of a task, as a page shows it. */
import type { TaskState } from "../record/RunState.ts"
import type { ShownStatus } from "./GraphModel.ts"

/** What was ready or running when its run ended never came to its end; a journal calls skipped also what had begun. */
export const shownStatus = (task: Pick<TaskState, "status" | "attempts"> | undefined, isOver: boolean): ShownStatus => {
  if (task === undefined) return "waiting"
  if (task.status === "skipped" && task.attempts.length > 0) return "cut"
  if (!isOver) return task.status
  return task.status === "running" ? "cut" : task.status === "ready" ? "waiting" : task.status
}
