/** Entry point of a worker thread: executes attempts, one at a time. */
import { parentPort, workerData } from "node:worker_threads"
import { Cause, Effect, Exit, Fiber } from "effect"
import { installModuleHook } from "../code/module-hook.ts"
import type { ProgressReport } from "../stage/Progress.ts"
import { AttemptTurns } from "./AttemptTurns.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { BoundedLog } from "./BoundedLog.ts"
import { AttemptFailed, type LogLine, type StageRequest, type StageResult } from "./Executor.ts"
import { executeStage } from "./execute-stage.ts"
import type { AttemptMessage, FromWorker, ToWorker, WorkerSettings } from "./worker-protocol.ts"

/** Milliseconds below which the memory of an attempt stays unknown: to ask the system takes as long as a brief one. */
const WORTH_MEASURING = 5

/** Milliseconds between two reports of progress. */
const PROGRESS_INTERVAL = 100

if (parentPort === null) throw new Error("this module is the entry point of a worker thread")
const port = parentPort

const send = (id: number, message: AttemptMessage, transfer: ReadonlyArray<ArrayBuffer> = []): void =>
  port.postMessage({ id, message } satisfies FromWorker, transfer)

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
const measured = Effect.fnUntraced(function* (id: number, request: StageRequest) {
  const startedAt = performance.now()
  const log = new BoundedLog((line) => send(id, { _tag: "Log", line }))
  const cpuStart = cpuNow()
  let peakMemory = 0
  let nextReport = 0
  const onProgress = (report: ProgressReport): void => {
    const now = performance.now()
    if (now < nextReport && report.done < report.total) return
    nextReport = now + PROGRESS_INTERVAL
    peakMemory = Math.max(peakMemory, memoryNow())
    send(id, { _tag: "Progress", report })
  }
  const onLog = (line: LogLine): void => log.write(line)
  const made = yield* Effect.ensuring(
    executeStage(request, { onProgress, onLog }),
    Effect.sync(() => log.end())
  )
  const millis = performance.now() - startedAt
  const result: StageResult = {
    ...made,
    logs: log.lines,
    millis,
    cpuMillis: cpuNow() - cpuStart,
    peakMemory: millis < WORTH_MEASURING ? peakMemory : Math.max(peakMemory, memoryNow())
  }
  return result
})

/**
 * Buffers that can move instead of being copied: those that a codec made for one file alone.
 *
 * The files of a Directory are the stage's own bytes, which it may hold on to.
 */
const movable = ({ outputs }: StageResult, kinds: StageRequest["outputs"]): ReadonlyArray<ArrayBuffer> => [
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

const answer = (id: number, exit: Exit.Exit<StageResult, AttemptFailed>, kinds: StageRequest["outputs"]): void => {
  if (Exit.isSuccess(exit)) {
    send(id, { _tag: "Succeeded", result: exit.value }, movable(exit.value, kinds))
  } else if (Cause.hasInterruptsOnly(exit.cause)) send(id, { _tag: "Interrupted" })
  else send(id, failureOf(exit.cause))
}

const failureOf = (cause: Cause.Cause<AttemptFailed>): AttemptMessage => {
  const error = Cause.squash(cause)
  if (error instanceof AttemptFailed) {
    const { tag, message, detail, damaged } = error
    return { _tag: "Failed", tag, message, detail, ...(damaged === undefined ? {} : { damaged }) }
  }
  const { message } = attemptFailure(error)
  return { _tag: "Failed", tag: "Defect", message, detail: Cause.pretty(cause) }
}

/** An attempt that waits for its turn. */
interface Waiting {
  readonly id: number
  readonly request: StageRequest
  /** Begins it; not when it was taken back. */
  readonly begin: () => boolean
}

const queue: Array<Waiting> = []
let current: { readonly id: number; readonly fiber: Fiber.Fiber<StageResult, AttemptFailed> } | undefined

const beginNext = (): void => {
  if (current !== undefined) return
  let next = queue.shift()
  while (next !== undefined && !next.begin()) next = queue.shift()
  if (next === undefined) return
  const { id, request } = next
  const fiber = Effect.runFork(measured(id, request))
  current = { id, fiber }
  fiber.addObserver((exit) => {
    current = undefined
    answer(id, exit, request.outputs)
    beginNext()
  })
}

port.on("message", (message: ToWorker) => {
  if (message._tag === "Run") {
    const turns = new AttemptTurns(message.turns)
    for (const [position, attempt] of message.attempts.entries()) {
      queue.push({ ...attempt, begin: () => turns.begin(position) })
    }
    beginNext()
  } else if (message.id === current?.id) Effect.runFork(Fiber.interrupt(current.fiber))
})
