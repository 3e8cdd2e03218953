/** Runs a plan: hits are decided in a plain loop, what is new runs by longest remaining path, within the resources. */
import { Cause, Clock, Effect, Exit, Queue } from "effect"
import type { Plan } from "../plan/Plan.ts"
import { remainingPaths } from "../plan/TaskGraph.ts"
import * as Journal from "../record/Journal.ts"
import type { JournalEvent, RunOutcome } from "../record/JournalEvent.ts"
import * as RunFolder from "../record/RunFolder.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import type { Digest } from "../store/Digest.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { explainKeyed } from "./assess.ts"
import { type AttemptContext, type Attempted, attemptTask } from "./attempt-task.ts"
import { expectedDurations } from "./durations.ts"
import type { AttemptFailed } from "./Executor.ts"
import { engine, environment, Host, memory } from "./Host.ts"
import { type KeyedTask, Ledger } from "./Ledger.ts"
import { RunObserver } from "./RunObserver.ts"
import { makeReadyQueue } from "./ready-queue.ts"
import { sourceArtifacts } from "./source-artifacts.ts"
import { parentOf, spanId, traceId } from "./trace-ids.ts"

export interface RunOptions {
  /** Text of the pipeline file, kept in the run's folder. */
  readonly pipelineText: string
  /** Cores that tasks may keep busy together, at least 1. */
  readonly jobs: number
  /** Goes on with what does not need a failed task. */
  readonly keepGoing: boolean
  /** Tasks to compute anew although they are cached. */
  readonly forced: ReadonlySet<number>
  readonly targets: ReadonlyArray<string>
  /** `TRACEPARENT` of the process that started this one. */
  readonly traceParent: string | undefined
}

export interface Failure {
  readonly task: string
  readonly error: AttemptFailed
}

export interface RunResult {
  readonly folder: RunFolder.RunFolder
  readonly outcome: RunOutcome
  readonly counts: { readonly ran: number; readonly hit: number; readonly failed: number; readonly skipped: number }
  readonly failures: ReadonlyArray<Failure>
}

/**
 * Runs a plan. Task failures are part of the result; the error channel is for a store that cannot be used.
 *
 * Interrupted, it stops what runs, keeps what finished, and closes the journal.
 */
export const runPlan = Effect.fn("run")(function* (plan: Plan, options: RunOptions) {
  const root = yield* StoreRoot
  const folder = yield* RunFolder.create(root.runs, yield* Clock.currentTimeMillis)
  yield* RunFolder.writeFile(folder, RunFolder.FILES.pipeline, options.pipelineText)
  yield* RunFolder.writeFile(folder, RunFolder.FILES.plan, JSON.stringify(plan))
  const journal = yield* Journal.open(folder)
  return yield* runInFolder(plan, options, folder, journal)
}, Effect.scoped)

const runInFolder = Effect.fnUntraced(function* (
  plan: Plan,
  options: RunOptions,
  folder: RunFolder.RunFolder,
  file: Journal.Journal
) {
  const observer = (yield* RunObserver)(plan)
  const journal: Journal.Journal = {
    append: (event) =>
      Effect.andThen(
        file.append(event),
        Effect.sync(() => observer.onEvent(event))
      ),
    appendLater: (event) => {
      file.appendLater(event)
      observer.onEvent(event)
    }
  }
  const parent = parentOf(options.traceParent)
  const ids = { traceId: parent?.traceId ?? traceId(), spanId: spanId() }
  yield* journal.append({
    _tag: "RunStarted",
    at: yield* Clock.currentTimeMillis,
    runId: folder.id,
    pipeline: plan.name,
    file: plan.file,
    profile: plan.profile,
    params: plan.params,
    targets: options.targets,
    jobs: options.jobs,
    ...ids,
    environment: environment(yield* Host),
    tasks: plan.tasks.length
  })
  const ledger = new Ledger(plan, yield* sourceArtifacts(plan), { engine })
  const coordinator = yield* makeCoordinator(ledger, options, {
    ledger,
    journal,
    runId: folder.id,
    traceId: ids.traceId,
    onProgress: observer.onProgress
  })
  const finish = (outcome: RunOutcome) =>
    Effect.gen(function* () {
      const at = yield* Clock.currentTimeMillis
      for (const event of coordinator.skipRest(at)) journal.appendLater(event)
      yield* journal.append({ _tag: "RunFinished", at, outcome, counts: coordinator.counts })
    })
  yield* coordinator.run.pipe(Effect.onInterrupt(() => Effect.ignore(finish("interrupted"))))
  const outcome = coordinator.failures.length === 0 ? "success" : "failure"
  yield* finish(outcome)
  const result: RunResult = { folder, outcome, counts: coordinator.counts, failures: coordinator.failures }
  return result
})

/** A task's fiber ended. */
interface Ended {
  readonly keyed: KeyedTask
  readonly exit: Exit.Exit<Attempted, Effect.Error<ReturnType<typeof attemptTask>>>
}

/** One fiber owns all bookkeeping; a task has a fiber only while it runs. */
const makeCoordinator = Effect.fnUntraced(function* (
  ledger: Ledger,
  options: RunOptions,
  shared: Omit<AttemptContext, "onCommitted">
) {
  const actions = yield* ActionStore
  const artifacts = yield* ArtifactStore
  const { plan } = ledger
  const { journal } = shared
  const clock = yield* Clock.Clock
  const now = (): number => clock.currentTimeMillisUnsafe()
  const counts = { ran: 0, hit: 0, failed: 0, skipped: 0 }
  const failures: Array<Failure> = []
  const settled = new Uint8Array(plan.tasks.length)
  const keyed = new Map<number, KeyedTask>()
  /** Tasks whose key is being computed by a task of the same key. */
  const waiting = new Map<Digest, Array<number>>()
  const urgency = remainingPaths(
    ledger.graph,
    expectedDurations(plan, (stageType) => actions.history(stageType))
  )
  const ready = makeReadyQueue(urgency)
  const ended = yield* Queue.unbounded<Ended>()
  let running = 0
  const used = { cpu: 0, memory: 0 }
  const context: AttemptContext = {
    ...shared,
    onCommitted: (index) => {
      counts.ran++
      settled[index] = 1
    }
  }

  const need = (index: number) => {
    const { cpu = 1, memory: bytes = 0 } = plan.tasks[index]?.resources ?? {}
    // Who asks for more than there is runs alone.
    return { cpu: Math.min(cpu, options.jobs), memory: Math.min(bytes, memory) }
  }
  const fits = (index: number): boolean => {
    const { cpu, memory: bytes } = need(index)
    return running === 0 || (used.cpu + cpu <= options.jobs && used.memory + bytes <= memory)
  }
  const occupy = (index: number, sign: 1 | -1): void => {
    const { cpu, memory: bytes } = need(index)
    running += sign
    used.cpu += sign * cpu
    used.memory += sign * bytes
  }

  /** Looks up tasks whose inputs are known, and what becomes known by their hits, until only new work is left. */
  const lookUp = (indices: ReadonlyArray<number>): void => {
    const stack = [...indices]
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      const task = ledger.keyed(index)
      keyed.set(index, task)
      const record = options.forced.has(index) ? undefined : actions.find(task.key)
      if (record !== undefined && Object.values(record.outputs).every(artifacts.isPresent)) {
        counts.hit++
        settled[index] = 1
        journal.appendLater({ _tag: "TaskHit", at: now(), task: task.task.id, key: task.key, spanId: spanId() })
        stack.push(...ledger.settle(index, record.outputs))
        continue
      }
      const others = waiting.get(task.key)
      if (others !== undefined) {
        others.push(index)
        continue
      }
      waiting.set(task.key, [])
      journal.appendLater({
        _tag: "TaskReady",
        at: now(),
        task: task.task.id,
        key: task.key,
        spanId: spanId(),
        reason: reasonFor(task)
      })
      ready.push(index)
    }
  }

  const reasonFor = (task: KeyedTask): string =>
    options.forced.has(task.index) ? "asked for" : explainKeyed(plan, task, actions).text

  const startAll = Effect.gen(function* () {
    const mayStart = failures.length === 0 || options.keepGoing
    for (let index = mayStart ? ready.take(fits) : undefined; index !== undefined; index = ready.take(fits)) {
      const task = keyed.get(index)
      if (task === undefined) throw new RangeError(`task ${index} has no key`)
      occupy(index, 1)
      yield* attemptTask(task, options.forced.has(index), context).pipe(
        Effect.onExit((exit) => Queue.offer(ended, { keyed: task, exit })),
        Effect.forkScoped
      )
    }
  })

  /** Enters the end of a task; tasks that waited for its key are looked up again. */
  const enter = ({ keyed: task, exit }: Ended) =>
    Effect.gen(function* () {
      occupy(task.index, -1)
      const same = waiting.get(task.key) ?? []
      waiting.delete(task.key)
      if (Exit.isSuccess(exit)) {
        const { record, computed } = exit.value
        if (!computed) {
          counts.hit++
          settled[task.index] = 1
          journal.appendLater({ _tag: "TaskHit", at: now(), task: task.task.id, key: task.key, spanId: spanId() })
        }
        lookUp([...ledger.settle(task.index, record.outputs), ...same])
        return
      }
      const error = Cause.squash(exit.cause)
      if (!isAttemptFailed(error)) return yield* Effect.failCause(exit.cause)
      for (const index of [task.index, ...same]) {
        counts.failed++
        settled[index] = 1
        const { id = "" } = plan.tasks[index] ?? {}
        failures.push({ task: id, error })
        journal.appendLater({ _tag: "TaskFailed", at: now(), task: id })
        for (const event of skipDependents(index, id)) journal.appendLater(event)
      }
    })

  const skipDependents = (index: number, because: string): ReadonlyArray<JournalEvent> =>
    [...ledger.dependentsOf(index)].flatMap((dependent) => skip(dependent, now(), because))

  const skip = (index: number, at: number, because: string): ReadonlyArray<JournalEvent> => {
    const task = plan.tasks[index]
    if (task === undefined || settled[index] === 1) return []
    settled[index] = 1
    counts.skipped++
    return [{ _tag: "TaskSkipped", at, task: task.id, because }]
  }

  const run = Effect.gen(function* () {
    lookUp(ledger.roots().toReversed())
    yield* startAll
    while (running > 0) {
      yield* enter(yield* Queue.take(ended))
      yield* startAll
    }
    // A failed attempt ends its task and not the run: `enter` has dealt with it.
  }).pipe(Effect.scoped, Effect.catchTag("AttemptFailed", Effect.die))

  const skipRest = (at: number): ReadonlyArray<JournalEvent> =>
    plan.tasks.flatMap((_, index) => skip(index, at, "the run ended"))

  return { run, counts, failures, skipRest }
})

const isAttemptFailed = (error: unknown): error is AttemptFailed =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "AttemptFailed"
