/** A task as it was in an earlier run: what its result was made from, as far as the key does not tell. */
import type { Effect } from "effect"
import type { ReferredValues } from "../document/param-place.ts"
import type { EarlierResult } from "../plan/EarlierResult.ts"
import { feedersOf } from "../plan/feeder.ts"
import type { LeftOut } from "../plan/left-out.ts"
import { originsIn, type Plan, type PlanInput, type PlanTask } from "../plan/Plan.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"

export interface EarlierTask extends ReferredValues {
  readonly id: string
  /** What fed each port. */
  readonly feeders: { readonly [port: string]: string }
  /** Names of the tasks that fed each port. */
  readonly makers: { readonly [port: string]: ReadonlyArray<string> }
  /** What was not part of its plan. */
  readonly leftOut: ReadonlyArray<LeftOut>
}

/** The task that had a result; `undefined` where the plan of its run is gone. */
export type FindEarlierTask = (
  result: Pick<EarlierResult, "task" | "runId">
) => Effect.Effect<EarlierTask | undefined, StoreUnavailable>

/** Names of the tasks that feed a port. */
export const makersOf = ({ tasks }: Plan, input: PlanInput | undefined): ReadonlyArray<string> =>
  (input === undefined ? [] : originsIn(input)).flatMap((origin) =>
    origin._tag === "Task" ? (tasks[origin.task]?.id ?? []) : []
  )

/** A task of the plan of an earlier run. */
export const earlierTask = (plan: Plan, task: PlanTask): EarlierTask => ({
  id: task.id,
  params: plan.params,
  matrix: task.matrix,
  feeders: feedersOf(plan, task),
  makers: Object.fromEntries(Object.entries(task.inputs).map(([port, input]) => [port, makersOf(plan, input)])),
  leftOut: plan.leftOut ?? []
})
