/** Executes attempts, one at a time, for whoever sends them: what threads and processes do. */
import process from "node:process"
import { Cause, Effect, Exit, Fiber } from "effect"
import type { Blas } from "../stage/Blas.ts"
import type { ProgressReport } from "../stage/Progress.ts"
import { AttemptTrace } from "./AttemptTrace.ts"
import { AttemptTurns } from "./AttemptTurns.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { BoundedLog } from "./BoundedLog.ts"
import { boundedText } from "./bounded-text.ts"
import type { CheckpointContent } from "./checkpoint-file.ts"
import { AttemptFailed, type LogLine, type StageRequest, type StageResult } from "./Executor.ts"
import { executeStage } from "./execute-stage.ts"
import type { HelperThreads } from "./HelperThreads.ts"
import { processorTime } from "./processor-time.ts"
import type { AttemptMessage, FromWorker, ToWorker } from "./worker-protocol.ts"

/** The other side, and what there is of this one. */
export interface WorkerPort {
  readonly send: (message: FromWorker, transfer: ReadonlyArray<ArrayBuffer>) => void
  /** Fulfilled when all that was sent so far has left. */
  readonly sent?: () => Promise<void>
  /** Threads that attempts are lent. */
  readonly helpers: HelperThreads
  /** The native library of this worker; throws where it cannot be used. */
  readonly blas?: (() => Blas) | undefined
  /** Keeps a checkpoint in a folder; throws where it cannot be kept. Absent where a worker may not write. */
  readonly writeCheckpoint?: (folder: string, content: CheckpointContent) => void
  /** What attempts share in this worker and one of them has changed, in words; asked for after each. */
  readonly change: () => string | undefined
  /** Whether an attempt fails by such a change. */
  readonly isStrict: boolean
  /** Whether spans of stages are wanted. */
  readonly wantsSpans: boolean
}

/** Milliseconds below which the memory of an attempt stays unknown: to ask the system takes as long as a brief one. */
const WORTH_MEASURING = 5

/** Milliseconds between two reports of progress. */
const PROGRESS_INTERVAL = 100

/** Gives what takes the messages of the other side. */
export const serveAttempts = (port: WorkerPort): ((message: ToWorker) => void) => {
  const queue: Array<Waiting> = []
  let current: { readonly id: number; readonly fiber: Fiber.Fiber<StageResult, AttemptFailed> } | undefined

  const beginNext = (): void => {
    if (current !== undefined) return
    let next = queue.shift()
    while (next !== undefined && !next.begin()) next = queue.shift()
    if (next === undefined) return
    const { id, request } = next
    const fiber = Effect.runFork(measured(port, id, request))
    current = { id, fiber }
    fiber.addObserver((exit) => {
      current = undefined
      const change = port.change()
      if (change !== undefined) port.send({ _tag: "Spoilt" }, [])
      answer(port, id, change !== undefined && port.isStrict ? Exit.fail(changed(change)) : exit, request.outputs)
      // The other side ends a worker that is spoilt.
      if (change === undefined) beginNext()
    })
  }

  return (message) => {
    if (message._tag === "Run") {
      const turns = new AttemptTurns(message.turns)
      for (const [position, attempt] of message.attempts.entries()) {
        queue.push({ ...attempt, begin: () => turns.begin(position) })
      }
      beginNext()
    } else if (message.id === current?.id) Effect.runFork(Fiber.interrupt(current.fiber))
  }
}

/** An attempt that waits for its turn. */
interface Waiting {
  readonly id: number
  readonly request: StageRequest
  /** Begins it; not when it was taken back. */
  readonly begin: () => boolean
}

/** Heap and buffers of this worker, in bytes. */
const memoryNow = (): number => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}

/** Sends what is said of an attempt. */
const about =
  (port: WorkerPort, id: number) =>
  (message: AttemptMessage, transfer: ReadonlyArray<ArrayBuffer> = []): void =>
    port.send({ _tag: "About", id, message }, transfer)

/** Runs an attempt and measures it. */
const measured = Effect.fnUntraced(function* (port: WorkerPort, id: number, request: StageRequest) {
  const send = about(port, id)
  const startedAt = performance.now()
  const log = new BoundedLog((line) => send({ _tag: "Log", line }))
  const cpuStart = processorTime()
  let peakMemory = 0
  let nextReport = 0
  const onProgress = (report: ProgressReport): void => {
    const now = performance.now()
    if (now < nextReport && report.done < report.total) return
    nextReport = now + PROGRESS_INTERVAL
    peakMemory = Math.max(peakMemory, memoryNow())
    send({ _tag: "Progress", report })
  }
  const loan = port.helpers.lend(request.helpers ?? 0)
  let helped = 0
  const onLog = (line: LogLine): void => log.write(line)
  const onCheckpoint =
    port.writeCheckpoint ??
    ((_: string, content: CheckpointContent) => {
      send({ _tag: "Checkpoint", content })
      return port.sent?.()
    })
  const trace = port.wantsSpans ? new AttemptTrace((spans) => send({ _tag: "Spans", spans })) : undefined
  const execution = executeStage(request, { onProgress, onLog, onCheckpoint }, { team: loan.team, blas: port.blas })
  const made = yield* Effect.ensuring(
    trace === undefined ? execution : trace.around(execution),
    Effect.sync(() => {
      helped = loan.takeBack()
      log.end()
      trace?.end()
    })
  )
  const millis = performance.now() - startedAt
  const result: StageResult = {
    ...made,
    logs: log.lines,
    millis,
    cpuMillis: processorTime() - cpuStart + helped,
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

const answer = (
  port: WorkerPort,
  id: number,
  exit: Exit.Exit<StageResult, AttemptFailed>,
  kinds: StageRequest["outputs"]
): void => {
  const send = about(port, id)
  if (Exit.isSuccess(exit)) {
    send({ _tag: "Succeeded", result: exit.value }, movable(exit.value, kinds))
  } else if (Cause.hasInterruptsOnly(exit.cause)) send({ _tag: "Interrupted" })
  else send(failureOf(exit.cause))
}

const failureOf = (cause: Cause.Cause<AttemptFailed>): AttemptMessage => {
  const error = Cause.squash(cause)
  if (error instanceof AttemptFailed) {
    const { tag, message, detail, damaged } = error
    return { ...failed(tag, message, detail), ...(damaged === undefined ? {} : { damaged }) }
  }
  return failed("Defect", attemptFailure(error).message, Cause.pretty(cause))
}

/** A stage may throw megabytes, which would go to terminal, journal and report. */
const failed = (tag: string, message: string, detail: string) =>
  ({ _tag: "Failed", tag: boundedText(tag), message: boundedText(message), detail: boundedText(detail) }) as const

/** The end of an attempt that has changed what others see. */
const changed = (what: string): AttemptFailed =>
  new AttemptFailed({
    tag: "SharedStateChanged",
    message: `it changed ${what}, which all attempts of its thread share: results would depend on which of them came first`,
    detail: ""
  })
