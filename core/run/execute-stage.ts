/** One attempt, from located inputs to encoded outputs: what a worker does, and `pipeline call` in its own thread. */
import { Effect, Result, Schema } from "effect"
import { importStage } from "../code/import-stage.ts"
import { mappedStack, placeOfThrow } from "../code/stage-stack.ts"
import * as Codec from "../codec/Codec.ts"
import { describeValue } from "../codec/unknown-value.ts"
import type { OpenBackend } from "../compute/OpenBackend.ts"
import { openBackend } from "../compute/open-backend.ts"
import type { DeviceClass } from "../plan/device-class.ts"
import { type Blas, Current as CurrentBlas } from "../stage/Blas.ts"
import { Checkpoint, type CheckpointSink, NO_CHECKPOINTS } from "../stage/Checkpoint.ts"
import { Current as CurrentCompute } from "../stage/Compute.ts"
import { Assigned } from "../stage/Device.ts"
import { MetricRecorder } from "../stage/Metric.ts"
import { Progress, type ProgressSink } from "../stage/Progress.ts"
import type { StageType } from "../stage/StageType.ts"
import { ALONE, Current as CurrentTeam, type Team } from "../stage/Team.ts"
import type { Continuation } from "../store/ActionRecord.ts"
import { type Digest, inCanonicalOrder } from "../store/Digest.ts"
import { writtenMetrics } from "../store/WrittenMetrics.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { CheckpointKeeper } from "./CheckpointKeeper.ts"
import { captureLogs } from "./capture-logs.ts"
import type { CheckpointContent } from "./checkpoint-file.ts"
import { AttemptFailed, type LogLine, type MadeFile, type StageRequest, type StageResult } from "./Executor.ts"
import { HelperDied } from "./LentTeam.ts"
import { onBackend } from "./on-backend.ts"
import { inputFailure, openInputs } from "./open-inputs.ts"
import { openStart } from "./open-start.ts"

/** Where what an attempt gives while it runs goes. */
export interface AttemptSinks {
  readonly onProgress: ProgressSink
  readonly onLog: (line: LogLine) => void
  /** Keeps a checkpoint in the folder of its task; throws where it cannot be kept. Absent where none are wanted. */
  /** Gives when it has left, where it goes to the other side. */
  readonly onCheckpoint?: (folder: string, content: CheckpointContent) => Promise<void> | void
}

/** What the worker of an attempt has for it. */
export interface AttemptMeans {
  readonly team: Team
  /** Throws where it cannot be used. */
  readonly blas: (() => Blas) | undefined
}

/** Executes an attempt in this thread. Times and memory are the caller's to measure. */
export const executeStage = Effect.fnUntraced(function* (
  request: StageRequest,
  sinks: AttemptSinks,
  means: AttemptMeans = { team: ALONE, blas: undefined }
) {
  const { code, device } = request
  const backend = device === undefined ? undefined : yield* openFor(device, code.file)
  const blas = yield* Effect.try({ try: () => means.blas?.(), catch: (cause) => attemptFailure(cause) })
  // Whoever made the plan has seen that it loads in time; a thread that hangs all the same is ended with its attempt.
  const type = yield* importStage(code, Number.POSITIVE_INFINITY).pipe(
    Effect.mapError((error) => attemptFailure(error))
  )
  // The order in which they are written is in no key: it must not be seen.
  const params = yield* Schema.decodeUnknownEffect(type.params)(inCanonicalOrder(request.params)).pipe(
    Effect.mapError((error) => attemptFailure(error, "ParamsInvalid"))
  )
  const inputs = yield* openInputs(request.inputs).pipe(Effect.mapError(inputFailure))
  const { start, damaged } = yield* openStart(request, sinks.onLog)
  const run = runStage(type, { params, inputs, start }, sinks).pipe(
    Effect.provideService(Checkpoint, checkpointSink(request, start?.key, sinks)),
    Effect.provideService(Assigned, request.devices),
    Effect.provideService(CurrentTeam, means.team),
    Effect.provideService(CurrentBlas, blas)
  )
  const made = yield* (backend === undefined ? run : onBackend(backend)(run)).pipe(
    Effect.mapError((failure) => located(code, failure)),
    Effect.catchDefect((error) => Effect.fail(thrown(code, error)))
  )
  const adapter = backend?.opened.adapter || undefined
  return {
    ...made,
    damaged,
    ...(adapter === undefined ? {} : { adapter }),
    ...(start === undefined ? {} : { continuedFrom: continuationOf(start) })
  }
})

/** What a stage trains on, opened before any of its code is there; packages are looked up from its source first. */
export const openFor = (device: DeviceClass, source: string): Effect.Effect<OpenBackend, AttemptFailed> =>
  Effect.tryPromise({
    try: () => openBackend(device, [source, import.meta.filename]),
    catch: (cause) => attemptFailure(cause)
  })

const continuationOf = ({ at, key }: Continuation): Continuation => ({ at, ...(key === undefined ? {} : { key }) })

const checkpointSink = (
  { checkpoints: folder, outputs: kinds }: StageRequest,
  key: Digest | undefined,
  { onCheckpoint, onLog }: AttemptSinks
): CheckpointSink =>
  folder === undefined || onCheckpoint === undefined
    ? NO_CHECKPOINTS
    : new CheckpointKeeper({ keep: (content) => onCheckpoint(folder, content), kinds, key, onLog })

/** A failure whose trace leads to the files of the stage. */
const located = (code: StageRequest["code"], { tag, message, detail }: AttemptFailed): AttemptFailed =>
  new AttemptFailed({ tag, message, detail: mappedStack(code, detail) })

/** What a stage threw, with the place where it did. */
export const thrown = (code: StageRequest["code"], error: unknown): AttemptFailed => {
  if (error instanceof HelperDied) return attemptFailure(error)
  const { message, detail } = attemptFailure(error, "Defect")
  const place = placeOfThrow(code, detail)
  const where = place === undefined ? "" : ` (${place.file}:${place.line}:${place.column})`
  return new AttemptFailed({ tag: "Defect", message: `${message}${where}`, detail: mappedStack(code, detail) })
}

/** Runs a stage type on opened inputs and encodes what it returns. */
export const runStage = Effect.fnUntraced(function* (
  type: StageType,
  task: Parameters<StageType["run"]>[0],
  { onProgress, onLog }: AttemptSinks
) {
  const metrics: Record<string, number> = {}
  const record = (name: string, value: number): void => {
    metrics[name] = value
    if (!Number.isFinite(value)) onLog({ level: "warning", message: `metric ${name} is ${value}` })
  }
  const running: unknown = type.run(task)
  if (!Effect.isEffect(running)) {
    const message = `run gave ${describeValue(running)}, and is to give an Effect: Effect.gen(function* () { … })`
    return yield* new AttemptFailed({ tag: "OutputInvalid", message, detail: "" })
  }
  const outputs = yield* (running as ReturnType<StageType["run"]>).pipe(
    Effect.mapError((error) => attemptFailure(error)),
    Effect.updateService(CurrentCompute, (opened) =>
      type.backends === undefined ? { ...opened, isUndeclared: true } : opened
    ),
    Effect.provideService(Progress, onProgress),
    Effect.provideService(MetricRecorder, record),
    captureLogs(onLog)
  )
  const extra = Object.keys(outputs).find((port) => !Object.hasOwn(type.outputs, port))
  if (extra !== undefined) {
    const known = Object.keys(type.outputs).join(", ") || "none"
    const message = `it returned an output "${extra}", which ${type.name} does not declare (outputs: ${known})`
    return yield* new AttemptFailed({ tag: "OutputInvalid", message, detail: "" })
  }
  const encoded: Record<string, ReadonlyArray<MadeFile>> = {}
  for (const [port, kind] of Object.entries(type.outputs)) {
    const files = Codec.encode(kind, outputs[port])
    if (Result.isFailure(files)) {
      return yield* new AttemptFailed({
        tag: "OutputInvalid",
        message: `output "${port}": ${files.failure.message}`,
        detail: ""
      })
    }
    encoded[port] = files.success
  }
  return { outputs: encoded, ...writtenMetrics(metrics) } satisfies Partial<StageResult>
})
