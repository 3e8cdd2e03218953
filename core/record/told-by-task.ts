/** A hit of all tasks, told task by task. */
import type { JournalEntry, JournalEvent } from "./JournalEvent.ts"
import { deviceIn, type TaskState } from "./RunState.ts"

/**
 * The entries of a run with a `TaskHit` for each task in place of an `AllHit`; `tasksOf` gives the tasks of the run whose
 * results were found, from the journal that lies beside its own.
 */
export const toldByTask = (
  entries: ReadonlyArray<JournalEntry>,
  tasksOf: (run: string) => Iterable<TaskState>
): ReadonlyArray<JournalEntry> =>
  entries.flatMap((entry) => {
    const { event, sequence } = entry
    if (event._tag !== "AllHit") return [entry]
    return hitsOf(event, tasksOf(event.of)).map((hit) => ({ sequence, event: hit }))
  })

const hitsOf = (
  { at, of }: Extract<JournalEvent, { readonly _tag: "AllHit" }>,
  tasks: Iterable<TaskState>
): ReadonlyArray<JournalEvent> =>
  [...tasks].flatMap(({ task, key, outputs, metrics, computedBy = of, ...told }): ReadonlyArray<JournalEvent> => {
    if (key === undefined || outputs === undefined) return []
    return [{ _tag: "TaskHit", at, task, key, outputs, metrics, computedBy, ...deviceIn(told) }]
  })
