/** Decides what of a plan runs when: one fiber owns all bookkeeping, a task has a fiber only while it runs. */
import { Cause, Clock, Deferred, Effect, Exit, Queue } from "effect"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import type { KnownLists } from "../plan/MadeLists.ts"
import type { PendingStage, Plan, PlanPort } from "../plan/Plan.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import { taskHit } from "../record/task-hit.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import type { Digest } from "../store/Digest.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import type { ObjectDamaged, StoreUnavailable } from "../store/StoreError.ts"
import { AwaitedLists } from "./AwaitedLists.ts"
import { explainKeyed } from "./assess.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { type AttemptContext, type Attempted, attemptTask } from "./attempt-task.ts"
import { Dispatcher } from "./Dispatcher.ts"
import { AttemptFailed } from "./Executor.ts"
import { findResult } from "./find-result.ts"
import { memory } from "./Host.ts"
import type { KeyedTask, Ledger, TaskOutputs } from "./Ledger.ts"
import { pastResults } from "./past-results.ts"
import { readList } from "./read-list.ts"
import { sourceArtifacts } from "./source-artifacts.ts"
import { spanId } from "./trace-ids.ts"

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
  /** The plan that further lists decide, which begins with the tasks of the plan; absent where no stage is pending. */
  readonly grow?: (known: KnownLists) => Effect.Effect<GrownPlan, PipelineInvalid | StoreUnavailable>
}

/** A plan after lists have become known. */
export interface GrownPlan {
  readonly plan: Plan
  readonly forced: ReadonlySet<number>
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
  shared: Omit<AttemptContext, "onCommitted" | "onComputed" | "rest" | "devicesOf" | "shareOf">,
  /** Called when the plan has grown, before anything of it is told. */
  onGrown: (plan: Plan) => Effect.Effect<void, StoreUnavailable>
) {
  const actions = yield* ActionStore
  const past = pastResults(actions)
  const artifacts = yield* ArtifactStore
  const objects = yield* ObjectStore
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
  const failures: Array<Failure> = []
  const ends = new Map<number, End>()
  const keyed = new Map<number, KeyedTask>()
  /** Tasks whose key is being computed by a task of the same key. */
  const waiting = new Map<Digest, Array<number>>()
  /** Tasks that go on as soon as a producer's damaged result is made again, by producer. */
  const mending = new Map<number, Set<number>>()
  /** `task digest` of each damage that was met: what is damaged a second time stays so. */
  const mended = new Set<string>()
  /** Tasks that have rested and wait for cores. */
  const turns = new Map<number, Deferred.Deferred<void>>()
  const lists = new AwaitedLists(ledger)
  /** How pending stages came to their end that never had tasks. */
  const pendingEnds = new Map<string, "failed" | "skipped">()
  let { forced } = options
  /** Tasks that have a fiber. */
  let begun = 0
  /** Whether new tasks may still begin. */
  const isOpen = (): boolean => failures.length === 0 || options.keepGoing

  const context: AttemptContext = {
    ...shared,
    onCommitted: (index) => ends.set(index, "ran"),
    onComputed: (index, result) => {
      dispatcher.hasComputed(index, result)
      Queue.offerUnsafe(messages, { _tag: "Freed" })
    },
    devicesOf: (index) => dispatcher.devicesOf(index),
    shareOf: (index) => dispatcher.shareOf(index),
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
    lists.settled(index)
    const consumers = mending.get(index)
    if (consumers === undefined) return ledger.settle(index, outputs)
    mending.delete(index)
    ledger.replace(index, outputs)
    return [...consumers].filter((consumer) => ![...mending.values()].some((others) => others.has(consumer)))
  }

  /** Looks up tasks whose inputs are known, and what becomes known by their hits, until only new work is left. */
  const lookUp = (indices: ReadonlyArray<number>): void => {
    const stack = [...indices]
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      const task = ledger.keyed(index)
      keyed.set(index, task)
      const record = forced.has(index) ? undefined : findResult(ledger.plan, task, results)
      if (record !== undefined) {
        hit(task, record)
        stack.push(...settle(index, record.outputs))
        continue
      }
      const others = waiting.get(task.key)
      if (others === undefined) makeReady(task, reasonFor(task))
      else others.push(index)
    }
  }

  const makeReady = ({ index, key, task }: KeyedTask, reason: string): void => {
    journal.appendLater({ _tag: "TaskReady", at: now(), task: task.id, key, reason })
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
    const task = ledger.plan.tasks[index]?.id ?? ""
    const error = new AttemptFailed({ tag: "ResourceMissing", message, detail: "" })
    const attempt = { at: now(), task, attempt: 1 }
    journal.appendLater({ _tag: "AttemptStarted", ...attempt, worker: "scheduler", spanId: spanId() })
    journal.appendLater({ _tag: "AttemptFailed", ...attempt, error: { tag: error.tag, message, detail: "" } })
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
      if (error.damaged !== undefined && (yield* mend(task.index, error.damaged))) {
        lookUp(same)
        return
      }
      for (const index of [task.index, ...same]) fail(index, error)
    })

  const fail = (index: number, error: AttemptFailed): void => {
    ends.set(index, "failed")
    const { id = "" } = ledger.plan.tasks[index] ?? {}
    failures.push({ task: id, error })
    journal.appendLater({ _tag: "TaskFailed", at: now(), task: id })
    if (!isOpen()) giveUpNew()
    for (const dependent of ledger.dependentsOf(index)) {
      for (const event of skip(dependent, now(), id)) journal.appendLater(event)
    }
    skipPending()
  }

  /** What has begun is not given up for the failure of another task: it goes on when its turn comes. */
  const giveUpNew = (): void => dispatcher.keepOnly(turns.keys())

  /**
   * An input of a task is missing or damaged in the store, although its size was right: takes it out, and has whoever made
   * it make it again; the task follows. False when nothing can be done.
   */
  const mend = Effect.fnUntraced(function* (index: number, digest: Digest) {
    const damage = `${index} ${digest}`
    const origins = ledger.originsWith(index, digest)
    if (mended.has(damage) || origins.length === 0) return false
    mended.add(damage)
    // Reading takes what is damaged out of the store. It may be whole again: others met the damage before this task did.
    const isWhole = yield* objects.read(digest).pipe(
      Effect.as(true),
      Effect.catchTag("ObjectDamaged", () => Effect.succeed(false))
    )
    if (isWhole) {
      lookUp([index])
      return true
    }
    if (origins.some(({ _tag }) => _tag === "Source")) yield* sourceArtifacts(ledger.plan)
    const producers = [...new Set(origins.flatMap((origin) => (origin._tag === "Task" ? [origin.task] : [])))]
    const idle = producers.filter((producer) => !mending.has(producer))
    for (const producer of producers) mending.set(producer, (mending.get(producer) ?? new Set()).add(index))
    for (const producer of idle) yield* makeAgain(producer)
    if (producers.length === 0) lookUp([index])
    return true
  })

  const makeAgain = Effect.fnUntraced(function* (producer: number) {
    ends.delete(producer)
    const task = ledger.keyed(producer)
    keyed.set(producer, task)
    // Another task, or another process, may have made it again by now.
    if (findResult(ledger.plan, task, results) !== undefined) {
      lookUp([producer])
      return
    }
    if (actions.find(task.key) !== undefined) yield* actions.forget(task.key)
    if (waiting.has(task.key)) waiting.get(task.key)?.push(producer)
    else makeReady(task, "its stored result was damaged")
  })

  const skip = (index: number, at: number, because: string): ReadonlyArray<JournalEvent> => {
    const task = ledger.plan.tasks[index]
    if (task === undefined || ends.has(index)) return []
    ends.set(index, "skipped")
    return [{ _tag: "TaskSkipped", at, task: task.id, because }]
  }

  /** Reads the lists that tasks have just made, and goes on with the plan that they decide. */
  const grow = Effect.gen(function* () {
    for (let made = lists.take(); made.length > 0; made = lists.take()) {
      for (const port of made) yield* readMade(port)
      const decided = lists.decided().filter(({ id }) => !pendingEnds.has(id))
      if (decided.length === 0 || options.grow === undefined) continue
      yield* options.grow(lists.known).pipe(
        Effect.flatMap(goOnWith),
        Effect.catchTag("PipelineInvalid", (invalid) => Effect.sync(() => failPending(decided, invalid)))
      )
    }
  })

  const readMade = Effect.fnUntraced(function* (port: PlanPort) {
    const artifact = ledger.artifact({ _tag: "Task", ...port })
    yield* readList(artifact).pipe(
      Effect.map((list) => lists.enter(port, list)),
      Effect.catchTag("ObjectDamaged", (damage): Effect.Effect<void, ObjectDamaged | StoreUnavailable> => {
        const name = `list ${port.task} ${artifact.digest}`
        if (mended.has(name)) return Effect.fail(damage)
        mended.add(name)
        if (mending.has(port.task)) return Effect.void
        mending.set(port.task, new Set())
        return makeAgain(port.task)
      })
    )
  })

  const goOnWith = Effect.fnUntraced(function* ({ plan, forced: asked }: GrownPlan) {
    const before = ledger.plan.stages.length
    const roots = ledger.extend(plan)
    forced = asked
    dispatcher.hasGrown()
    yield* onGrown(plan)
    const stages = Object.fromEntries(plan.stages.slice(before).map(({ id, tasks }) => [id, tasks.length]))
    journal.appendLater({ _tag: "PlanExtended", at: now(), tasks: plan.tasks.length, stages })
    lists.look()
    lookUp(roots.toReversed())
  })

  /** The lists of these stages make no tasks: they fail as a task does. */
  const failPending = (stages: ReadonlyArray<PendingStage>, invalid: PipelineInvalid): void => {
    const error = attemptFailure(invalid)
    lists.reject(stages)
    for (const { id } of stages) {
      pendingEnds.set(id, "failed")
      failures.push({ task: id, error })
      const { tag, message, detail } = error
      journal.appendLater({ _tag: "AttemptFailed", at: now(), task: id, attempt: 1, error: { tag, message, detail } })
      journal.appendLater({ _tag: "TaskFailed", at: now(), task: id })
    }
    if (!isOpen()) giveUpNew()
    skipPending()
  }

  /** Skips pending stages of which no list will come any more. */
  const skipPending = (): void => {
    const { pending = [], tasks } = ledger.plan
    for (const { id, after, waitsFor } of pending) {
      const failed = waitsFor.find(({ task }) => ends.get(task) === "failed" || ends.get(task) === "skipped")
      const because = after.find((stage) => pendingEnds.has(stage)) ?? (failed && tasks[failed.task]?.id)
      if (because !== undefined) endPending(id, because)
    }
  }

  const endPending = (task: string, because: string): void => {
    if (pendingEnds.has(task)) return
    pendingEnds.set(task, "skipped")
    journal.appendLater({ _tag: "TaskSkipped", at: now(), task, because })
  }

  const run = Effect.gen(function* () {
    lookUp(ledger.roots().toReversed())
    yield* grow
    yield* startAll
    while (begun > 0) {
      yield* receive(yield* Queue.take(messages))
      yield* grow
      yield* startAll
    }
    // A failed attempt ends its task and not the run: `enter` has dealt with it.
  }).pipe(Effect.scoped, Effect.catchTag("AttemptFailed", Effect.die))

  const skipRest = (at: number): ReadonlyArray<JournalEvent> => {
    for (const { id } of ledger.plan.pending ?? []) endPending(id, "the run ended")
    return ledger.plan.tasks.flatMap((_, index) => skip(index, at, "the run ended"))
  }

  const counts = (): Readonly<Record<End, number>> => {
    const numbers = { ran: 0, hit: 0, failed: 0, skipped: 0 }
    for (const end of [...ends.values(), ...pendingEnds.values()]) numbers[end]++
    return numbers
  }

  return { run, counts, failures, skipRest }
})

const isAttemptFailed = (error: unknown): error is AttemptFailed =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "AttemptFailed"
