/** A run in a store that cannot be written: what is cached can be had from there all the same. */
import { Effect } from "effect"
import type { GrowingPlan } from "../plan/GrowingPlan.ts"
import { assess } from "../run/assess.ts"
import { growByStore } from "../run/grow-by-store.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"

/** Fails with why the store cannot be written, where a run would have something to compute. */
export const requireCached = Effect.fnUntraced(function* (
  growing: GrowingPlan,
  forced: ReadonlySet<number>,
  refusal: StoreUnavailable
) {
  if (forced.size > 0) return yield* refusal
  const { plan } = yield* growByStore(growing)
  if (plan.pending !== undefined) return yield* refusal
  const { prospects } = yield* assess(plan)
  if (prospects.some(({ _tag }) => _tag !== "Cached")) return yield* refusal
})

/** What a run is told that leaves its report and nothing else. */
export const unrecordedText = (refusal: StoreUnavailable): string =>
  `warning: everything is cached, and this run is not recorded: ${refusal.message}`
