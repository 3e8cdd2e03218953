/** The stages of a run whose tasks are known only when lists have been made: how they come to have some, or to an end. */
import { Clock, Effect } from "effect"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import type { GrowingPlan } from "../plan/GrowingPlan.ts"
import type { KnownLists } from "../plan/MadeLists.ts"
import type { PlanPort } from "../plan/Plan.ts"
import type { Journal } from "../record/Journal.ts"
import { spanId } from "../record/trace-ids.ts"
import type { Digest } from "../store/Digest.ts"
import type { ObjectDamaged, StoreUnavailable } from "../store/StoreError.ts"
import { AwaitedLists } from "./AwaitedLists.ts"
import { attemptFailure } from "./attempt-failure.ts"
import type { AttemptFailed } from "./Executor.ts"
import type { Ledger } from "./Ledger.ts"
import { readList } from "./read-list.ts"

/** A plan after lists have become known. */
export interface GrownPlan extends Pick<GrowingPlan, "plan" | "refused"> {
  readonly forced: ReadonlySet<number>
}

/** The plan that further lists decide, which begins with the tasks of the plan. */
export type Grow = (known: KnownLists) => Effect.Effect<GrownPlan, StoreUnavailable>

/** What the coordinator does for them. */
export interface PendingStagesHelp {
  readonly journal: Pick<Journal, "appendLater">
  /** Absent where no stage is pending. */
  readonly grow?: Grow | undefined
  /** Goes on with a larger plan. */
  readonly goOnWith: (grown: GrownPlan) => Effect.Effect<void, StoreUnavailable>
  /** Has a list made again that cannot be read; false where that was done before. */
  readonly mendList: (task: number, digest: Digest) => Effect.Effect<boolean, ObjectDamaged | StoreUnavailable>
  /** Whether a task has failed, or cannot run for the failure of another. */
  readonly isLost: (task: number) => boolean
  readonly onFailed: (stage: string, error: AttemptFailed) => void
}

/** Makes the bookkeeping over the pending stages of one run. */
export const makePendingStages = Effect.fnUntraced(function* (ledger: Ledger, help: PendingStagesHelp) {
  const { journal, goOnWith, isLost, onFailed } = help
  const clock = yield* Clock.Clock
  const now = (): number => clock.currentTimeMillisUnsafe()
  const lists = new AwaitedLists(ledger)
  /** How those came to their end that never had tasks. */
  const ends = new Map<string, "failed" | "skipped">()

  /** Reads the lists that tasks have just made, and goes on with the plan that they decide. */
  const grow = Effect.gen(function* () {
    for (let made = lists.take(); made.length > 0; made = lists.take()) {
      for (const port of made) yield* readMade(port)
      if (help.grow === undefined || lists.decided().every(({ id }) => ends.has(id))) continue
      const grown = yield* help.grow(lists.known)
      yield* goOnWith(grown)
      for (const [stage, invalid] of grown.refused) if (!ends.has(stage)) fail(stage, invalid)
      skipLost()
    }
  })

  const readMade = Effect.fnUntraced(function* (port: PlanPort) {
    const artifact = ledger.artifact({ _tag: "Task", ...port })
    yield* readList(artifact).pipe(
      Effect.map((list) => lists.enter(port, list)),
      Effect.catchTag("ObjectDamaged", (damage) =>
        Effect.flatMap(help.mendList(port.task, artifact.digest), (isMended) =>
          isMended ? Effect.void : Effect.fail(damage)
        )
      )
    )
  })

  /** The lists of a stage make no tasks of it: it fails as a task does. */
  const fail = (stage: string, invalid: PipelineInvalid): void => {
    const error = attemptFailure(invalid)
    const { tag, message, detail } = error
    ends.set(stage, "failed")
    const attempt = { at: now(), task: stage, attempt: 1 }
    journal.appendLater({ _tag: "AttemptStarted", ...attempt, worker: "scheduler", spanId: spanId() })
    journal.appendLater({ _tag: "AttemptFailed", ...attempt, error: { tag, message, detail } })
    journal.appendLater({ _tag: "TaskFailed", at: now(), task: stage })
    onFailed(stage, error)
  }

  /** Skips those of which no list will come any more. */
  const skipLost = (): void => {
    const { pending = [], tasks } = ledger.plan
    for (const { id, after, waitsFor } of pending) {
      const lost = waitsFor.find(({ task }) => isLost(task))
      const because = after.find((stage) => ends.has(stage)) ?? (lost && tasks[lost.task]?.id)
      if (because !== undefined) skip(id, because)
    }
  }

  const skip = (task: string, because: string): void => {
    if (ends.has(task)) return
    ends.set(task, "skipped")
    journal.appendLater({ _tag: "TaskSkipped", at: now(), task, because })
  }

  /** Skips all that are left. */
  const skipRest = (because: string): void => {
    for (const { id } of ledger.plan.pending ?? []) skip(id, because)
  }

  return {
    grow,
    skipLost,
    skipRest,
    /** Notes that a task has its result. */
    settled: (task: number): void => lists.settled(task),
    /** The plan has grown. */
    look: (): void => lists.look(),
    ends: (): Iterable<"failed" | "skipped"> => ends.values()
  }
})
