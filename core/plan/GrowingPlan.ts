/** A plan, which grows as the lists become known that its tasks make. */
import { Effect } from "effect"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import type { KnownLists } from "./MadeLists.ts"
import type { Plan } from "./Plan.ts"

export interface GrowingPlan {
  readonly plan: Plan
  /**
   * The plan with these lists known; they begin with those by which this plan was made. It begins with the tasks and stages
   * of this plan.
   */
  readonly grow: (known: KnownLists) => Effect.Effect<GrowingPlan, PipelineInvalid | StoreUnavailable>
}

/** A plan that waits for no list, and stays as it is. */
export const settledPlan = (plan: Plan): GrowingPlan => ({ plan, grow: () => Effect.succeed(settledPlan(plan)) })
