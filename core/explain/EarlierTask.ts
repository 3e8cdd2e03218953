/** A task as it was in an earlier run: what its result was made from, as far as the key does not tell. */
import type { Effect } from "effect"
import type { ReferredValues } from "../document/param-place.ts"
import type { EarlierResult } from "../plan/EarlierResult.ts"
import type { LeftOut } from "../plan/left-out.ts"
import type { Plan, PlanTask } from "../plan/Plan.ts"
import { type Reading, readingOf } from "../plan/reading.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"

export interface EarlierTask extends ReferredValues {
  readonly id: string
  /** What each port read. */
  readonly readings: { readonly [port: string]: Reading }
  /** Whether a task was part of its plan. */
  readonly isPart: (task: string) => boolean
  /** What was not. */
  readonly leftOut: ReadonlyArray<LeftOut>
}

/** The task that had a result; `undefined` where the plan of its run is gone. */
export type FindEarlierTask = (
  result: Pick<EarlierResult, "task" | "runId">
) => Effect.Effect<EarlierTask | undefined, StoreUnavailable>

/** Names of the tasks that a port reads. */
export const makersIn = (reading: Reading | undefined): ReadonlyArray<string> =>
  (reading?.outputs ?? []).flatMap(({ task }) => task ?? [])

/** A task of the plan of an earlier run. */
export const earlierTask = (plan: Plan, task: PlanTask): EarlierTask => ({
  id: task.id,
  params: plan.params,
  matrix: task.matrix,
  readings: Object.fromEntries(Object.entries(task.inputs).map(([port, input]) => [port, readingOf(plan, input)])),
  isPart: (id) => plan.tasks.some((one) => one.id === id),
  leftOut: plan.leftOut ?? []
})
