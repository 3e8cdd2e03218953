/** How far a plan grows by the lists that the store has already, without running anything. */
import { Effect } from "effect"
import type { GrowingPlan } from "../plan/GrowingPlan.ts"
import type { Plan } from "../plan/Plan.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import { AwaitedLists } from "./AwaitedLists.ts"
import { engine } from "./Host.ts"
import { Ledger } from "./Ledger.ts"
import { readList } from "./read-list.ts"
import { sourceArtifacts } from "./source-artifacts.ts"

/** The plan with every list that tasks have made already. Those of forced tasks are not known, for they will be made anew. */
export const growByStore = Effect.fn("growByStore")(function* (
  growing: GrowingPlan,
  forcedIn: (plan: Plan) => ReadonlySet<number> = () => new Set()
) {
  const { plan } = growing
  if (plan.pending === undefined) return growing
  const ledger = new Ledger(plan, yield* sourceArtifacts(plan), { engine })
  const lists = new AwaitedLists(ledger)
  const lookUp = yield* makeLookUp(ledger, lists)
  let current = growing
  lookUp(ledger.roots(), forcedIn(plan))
  for (let made = lists.take(); made.length > 0; made = lists.take()) {
    for (const port of made) {
      const list = yield* Effect.option(readList(ledger.artifact({ _tag: "Task", ...port })))
      // What cannot be read is made again by the run.
      if (list._tag === "Some") lists.enter(port, list.value)
    }
    if (lists.decided().length === 0) continue
    current = yield* current.grow(lists.known)
    const ready = ledger.extend(current.plan)
    lists.look()
    lookUp(ready, forcedIn(current.plan))
  }
  return current
})

/** Settles every task that has its result, and what follows from it. */
const makeLookUp = Effect.fnUntraced(function* (ledger: Ledger, lists: AwaitedLists) {
  const actions = yield* ActionStore
  const artifacts = yield* ArtifactStore
  return (indices: ReadonlyArray<number>, forced: ReadonlySet<number>): void => {
    const stack = [...indices]
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      const record = forced.has(index) ? undefined : actions.find(ledger.keyed(index).key)
      if (record === undefined || !Object.values(record.outputs).every(artifacts.isPresent)) continue
      stack.push(...ledger.settle(index, record.outputs))
      lists.settled(index)
    }
  }
})
