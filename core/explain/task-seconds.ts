/** How long a task took in the run that computed its result, as its journal tells. */
import type { MeasuredTime } from "../document/measured-times.ts"
import type { TaskState } from "../record/RunState.ts"

/** `undefined` of what was found, failed, went on from an earlier result, or was over before it could be measured. */
export const taskSeconds = (
  { attempts, continuedFrom, cpuMillis, status }: TaskState,
  measure: MeasuredTime
): number | undefined => {
  const last = attempts.at(-1)
  if (status !== "done" || continuedFrom !== undefined || last?.endedAt === undefined) return undefined
  if (measure === "wall time") return (last.endedAt - last.startedAt) / 1000
  return cpuMillis > 0 ? cpuMillis / 1000 : undefined
}
