/** The event of a task whose result was there already. */
import { type ActionRecord, digestsOf } from "../store/ActionRecord.ts"
import type { JournalEvent } from "./JournalEvent.ts"

/**
 * Says which result was found, and not only under which key: the record of a key may be replaced, and the journal stays
 * the truth about its run.
 */
export const taskHit = (
  task: string,
  { key, outputs, metrics, runId }: ActionRecord,
  at: number,
  spanId: string
): JournalEvent => ({
  _tag: "TaskHit",
  at,
  task,
  key,
  spanId,
  outputs: digestsOf(outputs),
  metrics,
  computedBy: runId
})
