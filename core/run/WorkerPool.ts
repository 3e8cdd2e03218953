/** Executes attempts in pooled worker threads, started when first needed. */
import { Context, Effect, Layer } from "effect"
import type { AttemptWatch, Execute, StageRequest } from "./Executor.ts"
import { type Assignment, type Outcome, WorkerThread } from "./WorkerThread.ts"
import type { WorkerSettings } from "./worker-protocol.ts"

export interface WorkerPoolOptions extends WorkerSettings {
  /** The module that `worker.ts` was built to. */
  readonly workerModule: URL
}

export class WorkerPool extends Context.Service<WorkerPool, { readonly execute: Execute<StageRequest> }>()(
  "athanor/run/WorkerPool"
) {
  /**
   * Threads live until the scope closes; the caller bounds how many attempts run at once. Attempts that take a share of a
   * core wait for each other in as many threads as their shares come to.
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
  if (shareOf(request) < 1) {
    const outcome = yield* conversation(request, watch, (assignment) => threads.enqueue(assignment))
    if (outcome._tag === "Answered") return yield* outcome.result
  }
  const thread = threads.take()
  const { isFresh } = thread
  const outcome = yield* alone(threads, thread, request, watch)
  if (outcome._tag === "Answered") return yield* outcome.result
  // A thread that has served others may have died of what they left behind: only a fresh one proves anything.
  const isProof = isFresh || outcome.isOutOfMemory
  const last = isProof ? outcome : yield* alone(threads, threads.start(), request, watch)
  return yield* last._tag === "Answered" ? last.result : last.failure
})

/** The part of a core that an attempt takes. */
const shareOf = ({ share = 1 }: StageRequest): number => share

/** An attempt in a thread of its own. */
const alone = (threads: Threads, thread: WorkerThread, request: StageRequest, watch: AttemptWatch) =>
  conversation(request, watch, ({ settle, ...assignment }) => {
    const [interrupt] = thread.run([
      {
        ...assignment,
        settle: (outcome) => {
          if (outcome._tag === "Answered") threads.giveBack(thread)
          settle(outcome)
        }
      }
    ])
    return interrupt ?? Effect.void
  })

/** Waits for the outcome of an assignment; `begin` gives the way to interrupt it. */
const conversation = (
  request: StageRequest,
  watch: AttemptWatch,
  begin: (assignment: Assignment) => Effect.Effect<void>
) =>
  Effect.callback<Outcome>((resume) => begin({ request, watch, settle: (outcome) => resume(Effect.succeed(outcome)) }))

/** A brief attempt that waits for a thread, or is in one. */
interface Brief {
  readonly assignment: Assignment
  /** How to interrupt it; while it waits it is only taken out. */
  interrupt: Effect.Effect<void> | undefined
}

/** Brief attempts that a thread is given at once, at most. */
const BUNDLE = 64

class Threads {
  private readonly options: WorkerPoolOptions
  private readonly all = new Set<WorkerThread>()
  private readonly idle: Array<WorkerThread> = []
  private briefs: Array<Brief> = []
  /** Threads that take brief attempts. */
  private lanes = 0
  /** What the brief attempts that wait or run take together, in cores. */
  private load = 0
  private turn: NodeJS.Immediate | undefined

  constructor(options: WorkerPoolOptions) {
    this.options = options
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

  giveBack(thread: WorkerThread): void {
    if (this.all.has(thread)) this.idle.push(thread)
  }

  /** Lets an attempt wait for a thread that takes brief ones; the way to interrupt it. */
  enqueue({ settle, request, watch }: Assignment): Effect.Effect<void> {
    const share = shareOf(request)
    this.load += share
    const brief: Brief = {
      assignment: {
        request,
        watch,
        settle: (outcome) => {
          this.load -= share
          settle(outcome)
        }
      },
      interrupt: undefined
    }
    this.briefs.push(brief)
    // Whatever else becomes ready in this turn of the loop comes along.
    this.turn ??= setImmediate(() => this.openLanes())
    return Effect.suspend(() => {
      if (brief.interrupt !== undefined) return brief.interrupt
      this.briefs = this.briefs.filter((other) => other !== brief)
      this.load -= share
      return Effect.void
    })
  }

  end(): Promise<unknown> {
    clearImmediate(this.turn)
    return Promise.all([...this.all].map((thread) => thread.terminate()))
  }

  private openLanes(): void {
    this.turn = undefined
    // Shares do not add up exactly.
    const wanted = Math.ceil(this.load - 1e-6)
    while (this.briefs.length > 0 && this.lanes < wanted) {
      this.lanes++
      this.feed(this.take())
    }
  }

  /** Gives a thread the next bundle; the last bundles are small, so that all lanes end together. */
  private feed(thread: WorkerThread): void {
    const bundle = this.briefs.splice(0, Math.min(BUNDLE, Math.ceil(this.briefs.length / this.lanes)))
    if (bundle.length === 0) {
      this.lanes--
      this.giveBack(thread)
      return
    }
    let open = bundle.length
    const ways = thread.run(
      bundle.map(({ assignment }) => ({
        ...assignment,
        settle: (outcome: Outcome) => {
          assignment.settle(outcome)
          if (--open === 0) this.feed(outcome._tag === "Died" ? this.take() : thread)
        }
      }))
    )
    for (const [index, brief] of bundle.entries()) brief.interrupt = ways[index]
  }
}
