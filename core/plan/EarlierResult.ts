/** A result that a task had in an earlier run. */
import type { ActionRecord } from "../store/ActionRecord.ts"

/** Which task had it, in which run. Its record tells who computed it: maybe a task of another name, in a run before that. */
export interface EarlierResult {
  readonly task: string
  readonly runId: string
  readonly record: ActionRecord
}

/** A result as whoever computed it had it. */
export const asComputed = (record: ActionRecord): EarlierResult => ({
  task: record.task,
  runId: record.runId,
  record
})
