/** A hit of all tasks, told task by task. */
import type { JournalEntry, JournalEvent } from "./JournalEvent.ts"
import { fold } from "./RunState.ts"

/**
 * The entries of a run with a `TaskHit` for each task in place of an `AllHit`; `before` reads the journal that lies
 * beside its own.
 */
export const toldByTask = (
  entries: ReadonlyArray<JournalEntry>,
  before: () => ReadonlyArray<JournalEntry>
): ReadonlyArray<JournalEntry> =>
  entries.flatMap((entry) => {
    const { event, sequence } = entry
    if (event._tag !== "AllHit") return [entry]
    return hitsOf(event, before()).map((hit) => ({ sequence, event: hit }))
  })

const hitsOf = (
  { at, of }: Extract<JournalEvent, { readonly _tag: "AllHit" }>,
  before: ReadonlyArray<JournalEntry>
): ReadonlyArray<JournalEvent> => {
  const { tasks } = fold(before.map(({ event }) => event))
  return [...tasks.values()].flatMap(
    ({ task, key, outputs, metrics, computedBy = of }): ReadonlyArray<JournalEvent> => {
      if (key === undefined || outputs === undefined) return []
      return [{ _tag: "TaskHit", at, task, key, outputs, metrics, computedBy }]
    }
  )
}
