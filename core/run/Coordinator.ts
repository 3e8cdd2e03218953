/** Decides what of a plan runs when: one fiber owns all bookkeeping, a task has a fiber only while it runs. */
import { Cause, Clock, Deferred, Effect, Exit, Queue } from "effect"
import { PROCESSOR } from "../plan/device-class.ts"
import type { Plan } from "../plan/Plan.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import { LatestRuns } from "../record/LatestRuns.ts"
import { taskHit } from "../record/task-hit.ts"
import { spanId } from "../record/trace-ids.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import type { Digest } from "../store/Digest.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { explainKeyed } from "./assess.ts"
import { type AttemptContext, type Attempted, attemptTask } from "./attempt-task.ts"
import { Dispatcher } from "./Dispatcher.ts"
import { AttemptFailed } from "./Executor.ts"
import { memory } from "./Host.ts"
import type { KeyedTask, Ledger, TaskOutputs } from "./Ledger.ts"
import { LookUpSpans } from "./LookUpSpans.ts"
import { lookUpResults } from "./look-up-results.ts"
import { makeMending } from "./Mending.ts"
import { type Grow, type GrownPlan, makePendingStages } from "./PendingStages.ts"
import { pastResults } from "./past-results.ts"

export interface CoordinatorOptions {
  /** Cores that tasks may keep busy together, at least 1. */
  readonly jobs: number
  /** Ids of the devices that tasks may have; none when absent. */
  readonly gpus?: ReadonlyArray<string>
  /** How many there are of some of the plan's limits, on this machine and for this run. */
  readonly limits?: { readonly [limit: string]: number }
  /** Goes on with what does not need a failed task. */
  readonly keepGoing: boolean
  /** Tasks to compute anew although they are cached. */
  readonly forced: ReadonlySet<number>
  /** The plan that further lists decide; absent where no stage is pending. */
  readonly grow?: Grow
}

export interface Failure {
  readonly task: string
  readonly error: AttemptFailed
}

/** How a task came to its end. */
type End = "ran" | "hit" | "failed" | "skipped"

/** What the fibers of tasks tell the coordinator. */
type Message =
  | {
      readonly _tag: "Ended"
      readonly keyed: KeyedTask
      readonly exit: Exit.Exit<Attempted, Effect.Error<ReturnType<typeof attemptTask>>>
    }
  /** A task gave up its cores, for a while or for good. */
  | { readonly _tag: "Freed" }
  /** It wants them back. */
  | { readonly _tag: "Rested"; readonly index: number; readonly turn: Deferred.Deferred<void> }

/** Makes the coordinator of one run. */
export const makeCoordinator = Effect.fnUntraced(function* (
  ledger: Ledger,
  options: CoordinatorOptions,
  shared: Omit<
    AttemptContext,
    "onCommitted" | "onComputed" | "rest" | "devicesOf" | "coresOf" | "briefOf" | "onOutgrown"
  >,
  /** Called when the plan has grown, before anything of it is told. */
  onGrown: (plan: Plan) => Effect.Effect<void, StoreUnavailable>
) {
  const actions = yield* ActionStore
  const past = pastResults(actions, new LatestRuns((yield* StoreRoot).runs, ledger.plan.name, shared.runId))
  const artifacts = yield* ArtifactStore
  const results = { ...actions, ...artifacts }
  const { journal } = shared
  const clock = yield* Clock.Clock
  const now = (): number => clock.currentTimeMillisUnsafe()
  const messages = yield* Queue.unbounded<Message>()
  const dispatcher = new Dispatcher(
    ledger,
    {
      cpu: options.jobs,
      memory,
      gpus: options.gpus ?? [],
      limits: { ...ledger.plan.limits, ...options.limits }
    },
    past.history,
    now
  )
  const lookUps = new LookUpSpans(shared.onSpans)
  const failures: Array<Failure> = []
  const ends = new Map<number, End>()
  const keyed = new Map<number, KeyedTask>()
  /** Tasks whose key is being computed by a task of the same key. */
  const waiting = new Map<Digest, Array<number>>()
  /** Tasks that have rested and wait for cores. */
  const turns = new Map<number, Deferred.Deferred<void>>()
  let { forced } = options
  /** Tasks that have a fiber. */
  let begun = 0
  /** Whether an attempt has failed in a way that ends the run, whatever else there is to do. */
  let isOver = false
  /** Whether new tasks may still begin. */
  const isOpen = (): boolean => !isOver && (failures.length === 0 || options.keepGoing)

  const context: AttemptContext = {
    ...shared,
    onCommitted: (index) => ends.set(index, "ran"),
    onComputed: (index, result) => {
      dispatcher.hasComputed(index, result)
      Queue.offerUnsafe(messages, { _tag: "Freed" })
    },
    devicesOf: (index) => dispatcher.devicesOf(index),
    coresOf: (index) => dispatcher.coresOf(index),
    briefOf: (index) => {
      const share = dispatcher.shareOf(index)
      return share < 1 ? { share, cores: options.jobs } : undefined
    },
    onOutgrown: (index) => dispatcher.hasOutgrown(index),
    rest: (index, attempt, millis) =>
      Effect.gen(function* () {
        dispatcher.rests(index, attempt)
        yield* Queue.offer(messages, { _tag: "Freed" })
        yield* Effect.sleep(millis)
        const turn = yield* Deferred.make<void>()
        yield* Queue.offer(messages, { _tag: "Rested", index, turn })
        yield* Deferred.await(turn)
      })
  }

  const hit = ({ index, task, key }: KeyedTask, record: ActionRecord): void => {
    ends.set(index, "hit")
    journal.appendLater(taskHit(task.id, record, now(), key))
  }

  /** Enters a result; the tasks to be looked up because of it. */
  const settle = (index: number, outputs: TaskOutputs): ReadonlyArray<number> => {
    pending.settled(index)
    return mending.settle(index, outputs) ?? ledger.settle(index, outputs)
  }

  /** Looks up tasks whose inputs are known; what has no result is computed, once for each key. */
  const lookUp = (indices: ReadonlyArray<number>): void =>
    lookUps.measure((counts) =>
      lookUpResults(ledger, results, indices, {
        forced,
        onFound: (task, record) => {
          counts.hits++
          hit(task, record)
          return settle(task.index, record.outputs)
        },
        onMissing: (task) => {
          counts.misses++
          keyed.set(task.index, task)
          const others = waiting.get(task.key)
          if (others === undefined) makeReady(task, reasonFor(task))
          else others.push(task.index)
        }
      })
    )

  const makeReady = ({ index, key, task }: KeyedTask, reason: string): void => {
    const { device = PROCESSOR } = task
    const told = device === PROCESSOR ? {} : { device }
    journal.appendLater({ _tag: "TaskReady", at: now(), task: task.id, key, reason, ...told })
    const lacking = dispatcher.lacks(task.resources)
    if (lacking !== undefined) {
      refuse(index, lacking)
      return
    }
    waiting.set(key, [])
    if (isOpen()) dispatcher.push(index)
  }

  /** Fails a task that asks for what this machine does not have, before anybody has waited for something else. */
  const refuse = (index: number, message: string): void => {
    failUntried(index, new AttemptFailed({ tag: "ResourceMissing", message, detail: "" }))
  }

  /** Fails a task that no worker had: its one attempt, which is over at once, says why. */
  const failUntried = (index: number, error: AttemptFailed): void => {
    const { tag, message, detail } = error
    const attempt = { at: now(), task: ledger.plan.tasks[index]?.id ?? "", attempt: 1 }
    journal.appendLater({ _tag: "AttemptStarted", ...attempt, worker: "scheduler", spanId: spanId() })
    journal.appendLater({ _tag: "AttemptFailed", ...attempt, error: { tag, message, detail } })
    fail(index, error)
  }

  const reasonFor = (task: KeyedTask): string =>
    forced.has(task.index) ? "asked for" : explainKeyed(ledger.plan, task, past, artifacts).text

  const startAll = Effect.gen(function* () {
    for (let index = dispatcher.take(); index !== undefined; index = dispatcher.take()) {
      const task = keyed.get(index)
      if (task === undefined) throw new RangeError(`task ${index} has no key`)
      const turn = turns.get(index)
      if (turn !== undefined) {
        turns.delete(index)
        yield* Deferred.succeed(turn, undefined)
        continue
      }
      begun++
      yield* attemptTask(task, forced.has(index), context).pipe(
        Effect.onExit((exit) => Queue.offer(messages, { _tag: "Ended", keyed: task, exit })),
        Effect.forkScoped
      )
    }
  })

  const receive = (message: Message) => {
    if (message._tag === "Ended") return enter(message)
    if (message._tag === "Freed") return Effect.void
    const { index, turn } = message
    turns.set(index, turn)
    dispatcher.push(index)
    return Effect.void
  }

  /** Enters the end of a task; tasks that waited for its key are looked up again. */
  const enter = ({ keyed: task, exit }: Extract<Message, { readonly _tag: "Ended" }>) =>
    Effect.gen(function* () {
      begun--
      dispatcher.hasEnded(task.index)
      const same = waiting.get(task.key) ?? []
      waiting.delete(task.key)
      if (Exit.isSuccess(exit)) {
        const { record, computed } = exit.value
        if (!computed) hit(task, record)
        lookUp([...settle(task.index, record.outputs), ...same])
        return
      }
      const error = Cause.squash(exit.cause)
      if (!isAttemptFailed(error)) return yield* Effect.failCause(exit.cause)
      if (error.damaged !== undefined && (yield* mending.mendInput(task.index, error.damaged))) {
        lookUp(same)
        return
      }
      fail(task.index, error)
      for (const index of same) failUntried(index, failureOfTwin(task.task.id, error))
    })

  const fail = (index: number, error: AttemptFailed): void => {
    ends.set(index, "failed")
    const { id = "" } = ledger.plan.tasks[index] ?? {}
    journal.appendLater({ _tag: "TaskFailed", at: now(), task: id })
    enterFailure({ task: id, error })
    for (const dependent of ledger.dependentsOf(index, (task) => ends.get(task) === "skipped")) {
      for (const event of skip(dependent, now(), id)) journal.appendLater(event)
    }
    pending.skipLost()
  }

  const enterFailure = (failure: Failure): void => {
    failures.push(failure)
    if (failure.error.endsRun === true) isOver = true
    if (!isOpen()) giveUpNew()
  }

  /** What has begun is not given up for the failure of another task: it goes on when its turn comes. */
  const giveUpNew = (): void => dispatcher.keepOnly(turns.keys())

  const skip = (index: number, at: number, because: string): ReadonlyArray<JournalEvent> => {
    const task = ledger.plan.tasks[index]
    if (task === undefined || ends.has(index)) return []
    ends.set(index, "skipped")
    return [{ _tag: "TaskSkipped", at, task: task.id, because }]
  }

  const goOnWith = Effect.fnUntraced(function* ({ plan, forced: asked }: GrownPlan) {
    const { stages: before, pending: unknown = [] } = ledger.plan
    const roots = ledger.extend(plan)
    forced = asked
    dispatcher.hasGrown()
    yield* onGrown(plan)
    // Lists may have said no more than what is wrong, or which lists come next.
    if ((plan.pending?.length ?? 0) < unknown.length) {
      const stages = Object.fromEntries(plan.stages.slice(before.length).map(({ id, tasks }) => [id, tasks.length]))
      journal.appendLater({ _tag: "PlanExtended", at: now(), tasks: plan.tasks.length, stages })
    }
    pending.look()
    lookUp(roots.toReversed())
  })

  const mending = yield* makeMending(ledger, {
    lookUp: (tasks) => lookUp(tasks),
    reopen: (task) => ends.delete(task),
    compute: (task) => {
      keyed.set(task.index, task)
      const others = waiting.get(task.key)
      if (others === undefined) makeReady(task, "its stored result was damaged")
      else others.push(task.index)
    }
  })

  const pending = yield* makePendingStages(ledger, {
    journal,
    grow: options.grow,
    goOnWith,
    mendList: mending.mendList,
    isLost: (task) => ends.get(task) === "failed" || ends.get(task) === "skipped",
    onFailed: (task, error) => enterFailure({ task, error })
  })

  const run = Effect.gen(function* () {
    lookUp(ledger.roots().toReversed())
    yield* pending.grow
    yield* startAll
    // What still runs is interrupted when the run is over.
    while (begun > 0 && !isOver) {
      yield* receive(yield* Queue.take(messages))
      yield* pending.grow
      yield* startAll
    }
    // A failed attempt ends its task and not the run: `enter` has dealt with it.
  }).pipe(Effect.scoped, Effect.catchTag("AttemptFailed", Effect.die))

  const skipRest = (at: number): ReadonlyArray<JournalEvent> => {
    pending.skipRest("the run ended")
    return ledger.plan.tasks.flatMap((_, index) => skip(index, at, "the run ended"))
  }

  const counts = (): Readonly<Record<End, number>> => {
    const numbers = { ran: 0, hit: 0, failed: 0, skipped: 0 }
    for (const end of [...ends.values(), ...pending.ends()]) numbers[end]++
    return numbers
  }

  return { run, counts, failures, skipRest }
})

/** What is told of a task that waited for another one's result: the first line stays, so that the two are seen to be alike. */
const failureOfTwin = (twin: string, { tag, message, detail }: AttemptFailed): AttemptFailed => {
  const whose = `${twin} ended so, which has the same key and was computed for both`
  return new AttemptFailed({ tag, message: `${message}\n${whose}`, detail })
}

const isAttemptFailed = (error: unknown): error is AttemptFailed =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "AttemptFailed"
