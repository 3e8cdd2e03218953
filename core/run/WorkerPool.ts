/** Executes attempts in pooled worker threads, started when first needed. */
import { Worker } from "node:worker_threads"
import { Effect, Layer } from "effect"
import { AttemptFailed, type AttemptRequest, type AttemptResult, type AttemptWatch, Executor } from "./Executor.ts"
import type { FromWorker, ToWorker, WorkerSettings } from "./worker-protocol.ts"

/** Milliseconds that an interrupted attempt has to stop by itself before its thread is ended. */
const PATIENCE = 500

export interface WorkerPoolOptions extends WorkerSettings {
  /** The module that `worker.ts` was built to. */
  readonly workerModule: URL
}

/** Threads live until the scope closes; the caller bounds how many attempts run at once. */
export const layer = (options: WorkerPoolOptions): Layer.Layer<Executor> =>
  Layer.effect(
    Executor,
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
        // An idle thread must not keep the process alive.
        worker.unref()
        return worker
      }

      const execute = (request: AttemptRequest, watch: AttemptWatch) =>
        Effect.callback<AttemptResult, AttemptFailed>((resume) => {
          const worker = idle.pop() ?? start()
          const conversation = converse(worker, request, watch, (outcome) => {
            if (outcome.reusable) idle.push(worker)
            resume(outcome.result)
          })
          return conversation.stop
        })

      return Executor.of({ name: "thread", execute })
    })
  )

interface Outcome {
  readonly result: Effect.Effect<AttemptResult, AttemptFailed>
  /** Whether the thread can take another attempt. */
  readonly reusable: boolean
}

/** One attempt in one thread, from the request to the last message; `settle` is called exactly once. */
const converse = (
  worker: Worker,
  request: AttemptRequest,
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
  const fail = (tag: string, message: string, detail: string, reusable: boolean): void =>
    finish({ result: Effect.fail(new AttemptFailed({ tag, message, detail })), reusable })
  const onMessage = (message: FromWorker): void => {
    if (message._tag === "Progress") watch.onProgress(message.report)
    else if (message._tag === "Log") watch.onLog(message.line)
    else if (message._tag === "Succeeded") finish({ result: Effect.succeed(message.result), reusable: true })
    else if (message._tag === "Failed") fail(message.tag, message.message, message.detail, true)
    else finish({ result: Effect.interrupt, reusable: true })
  }
  const onError = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error)
    fail("WorkerDied", `the worker thread died: ${message}`, error instanceof Error ? (error.stack ?? "") : "", false)
  }
  const onExit = (code: number): void => fail("WorkerDied", `the worker thread ended with code ${code}`, "", false)
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
