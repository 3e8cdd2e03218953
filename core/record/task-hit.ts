/** The event of a task whose result was there already. */
import { PROCESSOR } from "../plan/device-class.ts"
import { type ActionRecord, digestsOf } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import type { JournalEvent } from "./JournalEvent.ts"
import { traceParent } from "./trace-ids.ts"

/**
 * Says which result was found, and not only under which key: the record of a key may be replaced, and the journal stays
 * the truth about its run. A result of older code has another key than was `asked` for.
 */
export const taskHit = (
  task: string,
  { adapter, key, parts, outputs, metrics, notFinite, runId, traceId, spanId }: ActionRecord,
  at: number,
  asked: Digest = key
): JournalEvent => ({
  _tag: "TaskHit",
  at,
  task,
  key,
  ...(key === asked ? {} : { compatibleCode: parts.code }),
  outputs: digestsOf(outputs),
  metrics,
  ...(notFinite === undefined ? {} : { notFinite }),
  computedBy: runId,
  computedIn: traceParent(traceId, spanId),
  ...(parts.device === PROCESSOR ? {} : { device: parts.device }),
  ...(adapter === undefined ? {} : { adapter })
})
