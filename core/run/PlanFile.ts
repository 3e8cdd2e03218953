/** The plan in the folder of a run, which is written again as the plan grows. */
import { join } from "node:path"
import { Clock, Effect, Scope, Semaphore } from "effect"
import type { Plan } from "../plan/Plan.ts"
import { storedPlan } from "../plan/plan-json.ts"
import { FILES, type RunFolder } from "../record/RunFolder.ts"
import { type Digest, ofBytes } from "../store/Digest.ts"
import { writeDurably } from "../store/durable.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"

/** Milliseconds between two writes: a plan that many lists decide one after the other is long, and its disk slow. */
const PAUSE = 1000

export interface PlanFile {
  /** Writes a larger plan, at once or within a second. */
  readonly grow: (plan: Plan) => Effect.Effect<void, StoreUnavailable>
  /** Writes what is not written yet. */
  readonly flush: Effect.Effect<void, StoreUnavailable>
  /** The digest of what is written; `undefined` while the plan may grow. */
  readonly digest: () => Digest | undefined
}

/** Writes the plan of a run. */
export const openPlanFile = Effect.fnUntraced(function* ({ path }: RunFolder, first: Plan) {
  const scope = yield* Scope.Scope
  // One write after the other: a smaller plan must not come to lie over a larger one.
  const writes = yield* Semaphore.make(1)
  let writtenAt = 0
  let unwritten: Plan | undefined = first
  let isScheduled = false
  let digest: Digest | undefined

  const flush = Effect.gen(function* () {
    const plan = unwritten
    if (plan === undefined) return
    const bytes = Buffer.from(JSON.stringify(storedPlan(plan)))
    yield* writeDurably(join(path, FILES.plan), bytes)
    digest = plan.pending === undefined ? ofBytes(bytes) : undefined
    // A larger one may have come meanwhile.
    if (unwritten === plan) unwritten = undefined
    writtenAt = yield* Clock.currentTimeMillis
  }).pipe(writes.withPermits(1))

  /** One that cannot be written now is tried again at the end, and fails the run then. */
  const flushLater = (millis: number) =>
    Effect.sleep(millis).pipe(
      Effect.andThen(Effect.sync(() => (isScheduled = false))),
      Effect.andThen(Effect.ignore(flush)),
      Effect.forkIn(scope)
    )

  const grow = Effect.fnUntraced(function* (plan: Plan) {
    unwritten = plan
    if (isScheduled) return
    const rest = writtenAt + PAUSE - (yield* Clock.currentTimeMillis)
    if (rest <= 0) return yield* flush
    isScheduled = true
    yield* flushLater(rest)
  })

  yield* flush
  return { grow, flush, digest: () => digest } satisfies PlanFile
})
