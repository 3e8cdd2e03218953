/** How far a plan grows by the lists that the store has already, without running anything. */
import { Effect } from "effect"
import type { GrowingPlan } from "../plan/GrowingPlan.ts"
import type { Plan } from "../plan/Plan.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import { AwaitedLists } from "./AwaitedLists.ts"
import { engine } from "./Host.ts"
import { Ledger } from "./Ledger.ts"
import { lookUpResults } from "./look-up-results.ts"
import { readList } from "./read-list.ts"
import { sourceArtifacts } from "./source-artifacts.ts"

/** A plan that was grown. */
export type GrownByStore = Pick<GrowingPlan, "plan" | "refused">

/** The plan with every list that tasks have made already. Those of forced tasks are not known, for they will be made anew. */
export const growByStore = Effect.fn("growByStore")(function* (
  growing: GrowingPlan,
  forcedIn: (plan: Plan) => ReadonlySet<number> = () => new Set()
) {
  const { plan, refused } = growing
  if (plan.pending === undefined) return { plan, refused } satisfies GrownByStore
  const stores = { ...(yield* ActionStore), ...(yield* ArtifactStore) }
  const ledger = new Ledger(plan, yield* sourceArtifacts(plan), { engine })
  const lists = new AwaitedLists(ledger)
  const lookUp = (tasks: ReadonlyArray<number>): void =>
    lookUpResults(ledger, stores, tasks, {
      forced: forcedIn(ledger.plan),
      onFound: ({ index }, { outputs }) => {
        lists.settled(index)
        return ledger.settle(index, outputs)
      }
    })
  let current = growing
  const goOnWith = (grown: GrowingPlan): void => {
    current = grown
    const ready = ledger.extend(grown.plan)
    lists.look()
    lookUp(ready)
  }
  lookUp(ledger.roots())
  for (let made = lists.take(); made.length > 0; made = lists.take()) {
    for (const port of made) {
      const list = yield* Effect.option(readList(ledger.artifact({ _tag: "Task", ...port })))
      // What cannot be read is made again by the run.
      if (list._tag === "Some") lists.enter(port, list.value)
    }
    if (lists.decided().every(({ id }) => current.refused.has(id))) continue
    goOnWith(yield* current.grow(lists.known))
  }
  return { plan: current.plan, refused: current.refused } satisfies GrownByStore
})
