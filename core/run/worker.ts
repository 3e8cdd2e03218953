/** Entry point of a worker thread: executes one attempt at a time. */
import { parentPort, workerData } from "node:worker_threads"
import { Cause, Effect, Exit, Fiber } from "effect"
import { installModuleHook } from "../code/module-hook.ts"
import type { ProgressReport } from "../stage/Progress.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { AttemptFailed, type AttemptResult, type LogLine, type StageRequest } from "./Executor.ts"
import { executeStage } from "./execute-stage.ts"
import type { FromWorker, ToWorker, WorkerSettings } from "./worker-protocol.ts"

/** Milliseconds between two reports of progress. */
const PROGRESS_INTERVAL = 100

if (parentPort === null) throw new Error("this module is the entry point of a worker thread")
const port = parentPort
const send = (message: FromWorker, transfer: ReadonlyArray<ArrayBuffer> = []): void =>
  port.postMessage(message, [...transfer])

const settings: WorkerSettings = workerData
installModuleHook(settings)

/** Heap and buffers of this thread, in bytes. */
const memoryNow = (): number => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}

/** Processor time of this thread, in milliseconds; 0 on a Node that cannot tell. */
const cpuNow = (): number => {
  if (typeof process.threadCpuUsage !== "function") return 0
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Runs an attempt and measures it. */
const measured = Effect.fnUntraced(function* (request: StageRequest) {
  const logs: Array<LogLine> = []
  const cpuStart = cpuNow()
  let peakMemory = memoryNow()
  let nextReport = 0
  const onProgress = (report: ProgressReport): void => {
    const now = performance.now()
    if (now < nextReport && report.done < report.total) return
    nextReport = now + PROGRESS_INTERVAL
    peakMemory = Math.max(peakMemory, memoryNow())
    send({ _tag: "Progress", report })
  }
  const onLog = (line: LogLine): void => {
    logs.push(line)
    send({ _tag: "Log", line })
  }
  const made = yield* executeStage(request, { onProgress, onLog })
  const result: AttemptResult = {
    ...made,
    logs,
    cpuMillis: cpuNow() - cpuStart,
    peakMemory: Math.max(peakMemory, memoryNow())
  }
  return result
})

/**
 * Buffers that can move instead of being copied: those that a codec made for one file alone.
 *
 * The files of a Directory are the stage's own bytes, which it may hold on to.
 */
const movable = ({ outputs }: AttemptResult, kinds: StageRequest["outputs"]): ReadonlyArray<ArrayBuffer> => [
  ...new Set(
    Object.entries(outputs).flatMap(([port, files]) =>
      kinds[port] === "Directory"
        ? []
        : files.flatMap(({ bytes }) =>
            bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : []
          )
    )
  )
]

const answer = (exit: Exit.Exit<AttemptResult, AttemptFailed>, kinds: StageRequest["outputs"]): void => {
  if (Exit.isSuccess(exit)) send({ _tag: "Succeeded", result: exit.value }, movable(exit.value, kinds))
  else if (Cause.hasInterruptsOnly(exit.cause)) send({ _tag: "Interrupted" })
  else send(failureOf(exit.cause))
}

const failureOf = (cause: Cause.Cause<AttemptFailed>): FromWorker => {
  const error = Cause.squash(cause)
  if (error instanceof AttemptFailed) {
    const { tag, message, detail, damaged } = error
    return { _tag: "Failed", tag, message, detail, ...(damaged === undefined ? {} : { damaged }) }
  }
  const { message } = attemptFailure(error)
  return { _tag: "Failed", tag: "Defect", message, detail: Cause.pretty(cause) }
}

let current: Fiber.Fiber<AttemptResult, AttemptFailed> | undefined

port.on("message", (message: ToWorker) => {
  if (message._tag === "Interrupt") {
    if (current !== undefined) Effect.runFork(Fiber.interrupt(current))
    return
  }
  current = Effect.runFork(measured(message.request))
  current.addObserver((exit) => {
    current = undefined
    answer(exit, message.request.outputs)
  })
})
