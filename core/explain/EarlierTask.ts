/** A task as it was in an earlier run: what its result was made from, as far as the key does not tell. */
import type { Effect } from "effect"
import type { ReferredValues } from "../document/param-place.ts"
import type { EarlierResult } from "../plan/EarlierResult.ts"
import { feedersOf } from "../plan/feeder.ts"
import type { Plan, PlanTask } from "../plan/Plan.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"

export interface EarlierTask extends ReferredValues {
  /** What fed each port. */
  readonly feeders: { readonly [port: string]: string }
}

/** The task that had a result; `undefined` where the plan of its run is gone. */
export type FindEarlierTask = (
  result: Pick<EarlierResult, "task" | "runId">
) => Effect.Effect<EarlierTask | undefined, StoreUnavailable>

/** A task of the plan of an earlier run. */
export const earlierTask = (plan: Plan, task: PlanTask): EarlierTask => ({
  params: plan.params,
  matrix: task.matrix,
  feeders: feedersOf(plan, task)
})
