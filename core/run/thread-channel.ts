/** Worker threads: they share nothing with the orchestrator but what they are sent, and see nothing of its environment. */
import process from "node:process"
import { Worker } from "node:worker_threads"
import { sizeText } from "../document/quantities.ts"
import { faultVariables } from "../fault/hooks.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { endThread } from "./left-threads.ts"
import { beyondHeap, outOfHeap } from "./out-of-memory.ts"
import { threadWatch } from "./ThreadWatch.ts"
import type { OpenChannel, WorkerEnd } from "./WorkerChannel.ts"
import type { FromWorker, WorkerSettings } from "./worker-protocol.ts"

/**
 * Room for short-lived objects in a thread, in MiB. The engine would take several times as much before it looks for what is
 * dead; tensors lie outside of it.
 */
const YOUNG_GENERATION = 12

/** Starts a thread; `module` is what `worker.ts` was built to. */
export const threadChannel =
  (module: URL, settings: WorkerSettings): OpenChannel =>
  ({ onEnd, onGone, onMessage }) => {
    const worker = new Worker(module, {
      workerData: settings,
      env: { ...faultVariables },
      stdout: true,
      stderr: true,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION }
    })
    const died = (message: string, detail: string): WorkerEnd => ({ tag: "WorkerDied", message, detail })
    worker.on("message", (message: FromWorker) => onMessage(message))
    // What a stage left behind may throw when its attempts are long over; the thread ends, nothing else does.
    worker.on("error", (error) => {
      const { message, detail } = attemptFailure(error)
      onEnd(
        isOutOfMemory(error)
          ? outOfHeap(worker.resourceLimits?.maxOldGenerationSizeMb)
          : died(`the worker thread died: ${message}`, detail)
      )
    })
    let why: WorkerEnd | undefined
    let isGone = false
    const gone = (end: WorkerEnd): void => {
      if (!isGone) onGone()
      isGone = true
      onEnd(end)
    }
    const forget = threadWatch.add(worker, async (limit, taken) => {
      if (isGone) return endRun(taken)
      why = outOfHeap(limit / 2 ** 20)
      if (!(await endThread(worker))) gone({ ...beyondHeap(limit, taken), endsRun: true })
    })
    worker.once("exit", (code) => {
      forget()
      gone(why ?? died(`the worker thread ended with code ${code}`, ""))
    })
    return {
      isTrusted: true,
      ref: () => worker.ref(),
      unref: () => worker.unref(),
      post: (message) => worker.postMessage(message),
      terminate: async () => {
        if (!(await endThread(worker))) gone(died(NOT_STOPPED, ""))
      }
    }
  }

const NOT_STOPPED = "its thread cannot be stopped, and takes a core until the program ends"

/** Ends the run for a thread whose attempt is over, so that nobody else would. */
const endRun = (taken: number): void => {
  console.error(`error: a thread that cannot be stopped has taken ${sizeText(taken)} of memory: the run ends`)
  process.kill(process.pid, "SIGINT")
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY"
