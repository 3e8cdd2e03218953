/** A plan, which grows as the lists become known that its tasks make. */
import { Effect } from "effect"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import type { KnownLists } from "./MadeLists.ts"
import type { Plan } from "./Plan.ts"

export interface GrowingPlan {
  readonly plan: Plan
  /** Pending stages that cannot be made from their lists, and why: neither they nor what needs them will have tasks. */
  readonly refused: ReadonlyMap<string, PipelineInvalid>
  /**
   * The plan with these lists known; those by which this plan was made are among them. It begins with the tasks and stages
   * of this plan.
   */
  readonly grow: (known: KnownLists) => Effect.Effect<GrowingPlan, StoreUnavailable>
}

/** A plan that waits for no list, and stays as it is. */
export const settledPlan = (plan: Plan): GrowingPlan => ({
  plan,
  refused: new Map(),
  grow: () => Effect.succeed(settledPlan(plan))
})
