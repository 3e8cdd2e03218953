/** Whether an index says of its store what the segments say. */
import { Effect } from "effect"
import { ActionIndex } from "../store/ActionIndex.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { attemptSync } from "../store/durable.ts"
import { StoreRoot } from "../store/StoreRoot.ts"

/** Every record that holds by the segments, read anew; and how many of them the index misses or holds in vain. */
export const compareIndex = Effect.fnUntraced(function* () {
  const actions = yield* ActionStore
  const root = yield* StoreRoot
  yield* actions.refresh
  const before = namesOf(actions.holding())
  const records = yield* attemptSync("read", root.actions, () => holdingBySegments(root))
  const told = namesOf(records)
  if (isSame(before, told)) return { records, wrong: 0 }
  // What others have done meanwhile is no fault: what is right before or afterwards is right.
  yield* actions.refresh
  const after = namesOf(actions.holding())
  const missing = [...told].filter((name) => !before.has(name) && !after.has(name))
  const vain = [...before].filter((name) => after.has(name) && !told.has(name))
  return { records, wrong: missing.length + vain.length }
})

const holdingBySegments = ({ actions, id }: StoreRoot["Service"]): ReadonlyArray<ActionRecord> => {
  const index = new ActionIndex(undefined, { segments: actions, store: id })
  try {
    return index.holding()
  } finally {
    index.close()
  }
}

const namesOf = (records: ReadonlyArray<ActionRecord>): ReadonlySet<string> =>
  new Set(records.map(({ key, runId, task, startedAt }) => `${key} ${runId} ${task} ${startedAt}`))

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((name) => b.has(name))
