/** Executes attempts in pooled worker threads, started when first needed. */
import { Worker } from "node:worker_threads"
import { Context, Effect, Layer } from "effect"
import { attemptFailure } from "./attempt-failure.ts"
import { AttemptFailed, type AttemptResult, type AttemptWatch, type Execute, type StageRequest } from "./Executor.ts"
import type { FromWorker, ToWorker, WorkerSettings } from "./worker-protocol.ts"

/** Milliseconds that an interrupted attempt has to stop by itself before its thread is ended. */
const PATIENCE = 500

export interface WorkerPoolOptions extends WorkerSettings {
  /** The module that `worker.ts` was built to. */
  readonly workerModule: URL
}

export class WorkerPool extends Context.Service<WorkerPool, { readonly execute: Execute<StageRequest> }>()(
  "athanor/run/WorkerPool"
) {
  /** Threads live until the scope closes; the caller bounds how many attempts run at once. */
  static readonly layer = (options: WorkerPoolOptions): Layer.Layer<WorkerPool> =>
    Layer.effect(WorkerPool, make(options))
}

const make = (options: WorkerPoolOptions) =>
  Effect.gen(function* () {
    const idle: Array<Worker> = []
    const all = new Set<Worker>()
    yield* Effect.addFinalizer(() => Effect.promise(() => Promise.all([...all].map((worker) => worker.terminate()))))

    const start = (): Worker => {
      const settings: WorkerSettings = { effectModule: options.effectModule }
      const worker = new Worker(options.workerModule, { workerData: settings, stdout: true, stderr: true })
      all.add(worker)
      worker.once("exit", () => {
        all.delete(worker)
        const at = idle.indexOf(worker)
        if (at >= 0) idle.splice(at, 1)
      })
      // What a stage left behind may throw when its attempt is long over; the thread ends, nothing else does.
      worker.on("error", () => {})
      // An idle thread must not keep the process alive.
      worker.unref()
      return worker
    }

    const attempt = (worker: Worker, request: StageRequest, watch: AttemptWatch) =>
      Effect.callback<Outcome>((resume) => {
        const conversation = converse(worker, request, watch, (outcome) => {
          if (outcome._tag !== "Died") idle.push(worker)
          resume(Effect.succeed(outcome))
        })
        return conversation.stop
      })

    const execute = Effect.fnUntraced(function* (request: StageRequest, watch: AttemptWatch) {
      const used = idle.pop()
      const outcome = yield* attempt(used ?? start(), request, watch)
      if (outcome._tag === "Answered") return yield* outcome.result
      // A thread that has served others may have died of what they left behind: only a fresh one proves anything.
      const isProof = used === undefined || outcome.isOutOfMemory
      const last = isProof ? outcome : yield* attempt(start(), request, watch)
      return yield* last._tag === "Answered" ? last.result : last.failure
    })

    return WorkerPool.of({ execute })
  })

/** How a conversation with a thread ended: with its answer, after which it can take another attempt, or with its death. */
type Outcome =
  | { readonly _tag: "Answered"; readonly result: Effect.Effect<AttemptResult, AttemptFailed> }
  | { readonly _tag: "Died"; readonly failure: AttemptFailed; readonly isOutOfMemory: boolean }

/** Nobody asked it to. */
const INTERRUPTED_ITSELF = new AttemptFailed({
  tag: "Interrupted",
  message: "the stage interrupted itself",
  detail: ""
})

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY"

/** One attempt in one thread, from the request to the last message; `settle` is called exactly once. */
const converse = (
  worker: Worker,
  request: StageRequest,
  watch: AttemptWatch,
  settle: (outcome: Outcome) => void
): { readonly stop: Effect.Effect<void> } => {
  let ended: (() => void) | undefined
  const finish = (outcome: Outcome): void => {
    worker.off("message", onMessage).off("error", onError).off("exit", onExit)
    worker.unref()
    settle(outcome)
    ended?.()
  }
  const answer = (result: Effect.Effect<AttemptResult, AttemptFailed>): void => finish({ _tag: "Answered", result })
  const die = (message: string, detail: string, isOutOfMemory: boolean): void =>
    finish({ _tag: "Died", failure: new AttemptFailed({ tag: "WorkerDied", message, detail }), isOutOfMemory })
  const onMessage = (message: FromWorker): void => {
    if (message._tag === "Progress") watch.onProgress(message.report)
    else if (message._tag === "Log") watch.onLog(message.line)
    else if (message._tag === "Succeeded") answer(Effect.succeed(message.result))
    else if (message._tag === "Failed") {
      const { _tag, ...failure } = message
      answer(Effect.fail(new AttemptFailed(failure)))
    } else answer(ended === undefined ? Effect.fail(INTERRUPTED_ITSELF) : Effect.interrupt)
  }
  const onError = (error: unknown): void => {
    const { message, detail } = attemptFailure(error)
    die(`the worker thread died: ${message}`, detail, isOutOfMemory(error))
  }
  const onExit = (code: number): void => die(`the worker thread ended with code ${code}`, "", false)
  worker.on("message", onMessage).on("error", onError).on("exit", onExit)
  worker.ref()
  const post = (message: ToWorker): void => worker.postMessage(message)
  post({ _tag: "Run", request })

  // A loop that never yields cannot be interrupted: its thread is ended.
  const stop = Effect.callback<void>((resume) => {
    const timer = setTimeout(() => void worker.terminate(), PATIENCE)
    ended = () => {
      clearTimeout(timer)
      resume(Effect.void)
    }
    post({ _tag: "Interrupt" })
  })
  return { stop }
}
