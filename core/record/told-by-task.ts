/** A hit of all tasks, told task by task. */
import { writtenMetrics } from "../store/WrittenMetrics.ts"
import type { JournalEntry, JournalEvent } from "./JournalEvent.ts"
import { deviceIn, type RunState, type TaskState } from "./RunState.ts"
import { traceParent } from "./trace-ids.ts"

/**
 * The entries of a run with a `TaskHit` for each task in place of an `AllHit`; `stateOf` gives the run whose
 * results were found, from the journal that lies beside its own.
 */
export const toldByTask = (
  entries: ReadonlyArray<JournalEntry>,
  stateOf: (run: string) => RunState
): ReadonlyArray<JournalEntry> =>
  entries.flatMap((entry) => {
    const { event, sequence } = entry
    if (event._tag !== "AllHit") return [entry]
    return hitsOf(event, stateOf(event.of)).map((hit) => ({ sequence, event: hit }))
  })

const hitsOf = (
  { at, of }: Extract<JournalEvent, { readonly _tag: "AllHit" }>,
  { started, tasks }: RunState
): ReadonlyArray<JournalEvent> =>
  [...tasks.values()].flatMap((state): ReadonlyArray<JournalEvent> => {
    const { task, key, outputs, metrics, computedBy = of, computedIn = spanIn(started, state) } = state
    if (key === undefined || outputs === undefined) return []
    const origin = { computedBy, ...(computedIn === undefined ? {} : { computedIn }) }
    return [{ _tag: "TaskHit", at, task, key, outputs, ...writtenMetrics(metrics), ...origin, ...deviceIn(state) }]
  })

/** The span of the attempt by which a run itself computed what a task has. */
const spanIn = (started: RunState["started"], { attempts, status }: TaskState): string | undefined => {
  const attempt = attempts.at(-1)
  return status === "done" && started !== undefined && attempt !== undefined
    ? traceParent(started.traceId, attempt.spanId)
    : undefined
}
