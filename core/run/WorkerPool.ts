/** Executes attempts in pooled worker threads, started when first needed. */
import { Context, Effect, Layer } from "effect"
import type { AttemptWatch, Execute, StageRequest, StageResult } from "./Executor.ts"
import { Lanes } from "./Lanes.ts"
import { type Assignment, type Outcome, WorkerThread } from "./WorkerThread.ts"
import type { WorkerSettings } from "./worker-protocol.ts"

export interface WorkerPoolOptions extends WorkerSettings {
  /** The module that `worker.ts` was built to. */
  readonly workerModule: URL
}

export class WorkerPool extends Context.Service<WorkerPool, { readonly execute: Execute<StageRequest, StageResult> }>()(
  "athanor/run/WorkerPool"
) {
  /**
   * Threads live until the scope closes; the caller bounds how many attempts run at once. Brief ones wait for each other in
   * as many threads as their shares come to.
   */
  static readonly layer = (options: WorkerPoolOptions): Layer.Layer<WorkerPool> =>
    Layer.effect(
      WorkerPool,
      Effect.gen(function* () {
        const threads = new Threads(options)
        yield* Effect.addFinalizer(() => Effect.promise(() => threads.end()))
        return WorkerPool.of({ execute: (request, watch) => execute(threads, request, watch) })
      })
    )
}

const execute = Effect.fnUntraced(function* (threads: Threads, request: StageRequest, watch: AttemptWatch) {
  const { brief } = request
  if (brief !== undefined) {
    const outcome = yield* conversation(request, watch, (assignment) =>
      threads.lanes.enqueue(assignment, brief.share, brief.cores)
    )
    if (outcome._tag === "Answered") return yield* outcome.result
  }
  const thread = threads.take()
  const { isFresh } = thread
  const outcome = yield* alone(threads, thread, request, watch)
  if (outcome._tag === "Answered") return yield* outcome.result
  // A thread that has served others may have died of what they left behind: only a fresh one proves anything.
  const isProof = outcome._tag === "Died" && (isFresh || outcome.isOutOfMemory)
  const last = isProof ? outcome : yield* alone(threads, threads.start(), request, watch)
  if (last._tag === "Answered") return yield* last.result
  return yield* last._tag === "Died" ? last.failure : Effect.interrupt
})

/** An attempt in a thread of its own. */
const alone = (threads: Threads, thread: WorkerThread, request: StageRequest, watch: AttemptWatch) =>
  conversation(request, watch, (assignment) => threads.runAlone(thread, assignment))

/** Waits for the outcome of an assignment; `begin` gives the way to interrupt it. */
const conversation = (
  request: StageRequest,
  watch: AttemptWatch,
  begin: (assignment: Assignment) => Effect.Effect<void>
) =>
  Effect.callback<Outcome>((resume) => begin({ request, watch, settle: (outcome) => resume(Effect.succeed(outcome)) }))

class Threads {
  readonly lanes: Lanes
  private readonly options: WorkerPoolOptions
  private readonly all = new Set<WorkerThread>()
  private readonly idle: Array<WorkerThread> = []
  /** Attempts that have a thread of their own. */
  private alone = 0

  constructor(options: WorkerPoolOptions) {
    this.options = options
    this.lanes = new Lanes({
      take: () => this.take(),
      giveBack: (thread) => this.giveBack(thread),
      busy: () => this.alone
    })
  }

  take(): WorkerThread {
    return this.idle.pop() ?? this.start()
  }

  start(): WorkerThread {
    const { workerModule, effectModule } = this.options
    const thread: WorkerThread = new WorkerThread(workerModule, { effectModule }, () => {
      this.all.delete(thread)
      const at = this.idle.indexOf(thread)
      if (at >= 0) this.idle.splice(at, 1)
    })
    this.all.add(thread)
    return thread
  }

  /** Gives a thread one attempt; the way to interrupt it. */
  runAlone(thread: WorkerThread, { settle, ...assignment }: Assignment): Effect.Effect<void> {
    this.alone++
    const [placed] = thread.run([
      {
        ...assignment,
        settle: (outcome) => {
          this.alone--
          if (outcome._tag !== "Died") this.giveBack(thread)
          settle(outcome)
          this.lanes.open()
        }
      }
    ])
    return placed?.interrupt ?? Effect.void
  }

  end(): Promise<unknown> {
    this.lanes.end()
    return Promise.all([...this.all].map((thread) => thread.terminate()))
  }

  private giveBack(thread: WorkerThread): void {
    if (this.all.has(thread) && !thread.isDead) this.idle.push(thread)
  }
}
