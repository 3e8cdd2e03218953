/** One task from its key to its committed record: lock, attempts, check, commit. */
import { Clock, Effect } from "effect"
import { pauseAfter, USUAL_BACKOFF } from "../document/Backoff.ts"
import { isGuarded, reach } from "../fault/hooks.ts"
import { familyOf } from "../plan/family.ts"
import type { PlanStage, PlanTask } from "../plan/Plan.ts"
import type { Journal } from "../record/Journal.ts"
import type { KeptSpan, SpanBatch } from "../record/KeptSpan.ts"
import { ATTRIBUTE, SPAN } from "../record/semantic-conventions.ts"
import { spanId, traceParent } from "../record/trace-ids.ts"
import type { ProgressReport } from "../stage/Progress.ts"
import { type ActionRecord, digestsOf, RECORD_FORMAT } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import type { Artifact } from "../store/Artifact.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import { checkpointFolder, removeCheckpoints } from "../store/checkpoints.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { locatedFiles, locatedInputs, workOf } from "./attempt-request.ts"
import { deviceWatch } from "./DeviceWatch.ts"
import { type AttemptRequest, type AttemptResult, Executor, type StageRequest } from "./Executor.ts"
import { findResult } from "./find-result.ts"
import { findStart } from "./find-start.ts"
import type { KeyedTask, Ledger } from "./Ledger.ts"
import { withinTimeout } from "./within-timeout.ts"

/** What attempts share with their run. */
export interface AttemptContext {
  readonly ledger: Ledger
  readonly journal: Journal
  readonly runId: string
  readonly traceId: string
  readonly onProgress: (task: string, report: ProgressReport) => void
  /** Keeps what the journal does not tell of spans. */
  readonly onSpans: (batch: SpanBatch) => void
  /** Whether a worker is at a task that it has been given with others. */
  readonly onTurn: (task: string, hasTurn: boolean) => void
  /** Another process has the key of a task, and for longer than a moment. */
  readonly onWaiting: (task: string) => void
  /** A task's record was committed: from now on it counts, whatever happens to the run. */
  readonly onCommitted: (index: number) => void
  /** Waits after an attempt, the first being 1, without keeping others from what the task held. */
  readonly rest: (index: number, attempt: number, millis: number) => Effect.Effect<void>
  /** Ids of the devices that the task has for itself now. */
  readonly devicesOf: (index: number) => ReadonlyArray<string>
  /** Cores that the task holds now. */
  readonly coresOf: (index: number) => number
  /** The attempt has given its result: what is left to do takes no core. */
  readonly onComputed: (index: number, result: AttemptResult) => void
  /** What is known of a task that is brief; see `StageRequest`. */
  readonly briefOf: (index: number) => StageRequest["brief"]
  /** A task that was taken for brief keeps a core busy. */
  readonly onOutgrown: (index: number) => void
}

/** A task came to its end: computed here, or found when its turn came. */
export interface Attempted {
  readonly record: ActionRecord
  readonly computed: boolean
}

/**
 * Computes a task. While another process holds its key this waits, and takes that one's result.
 *
 * `anew` computes it although a record is there.
 */
export const attemptTask = Effect.fnUntraced(function* (keyed: KeyedTask, anew: boolean, context: AttemptContext) {
  const actions = yield* ActionStore
  const artifacts = yield* ArtifactStore
  const sayWaiting = Effect.sync(() => context.onWaiting(keyed.task.id))
  const mayBeKnown = (yield* actions.lock(keyed.key, sayWaiting)) && isGuarded("look-up-again")
  const { plan } = context.ledger
  const results = { ...actions, ...artifacts }
  const found = anew || !mayBeKnown ? undefined : findResult(plan, keyed, results)
  if (found !== undefined) return { record: found, computed: false } satisfies Attempted
  // What is asked for anew is computed from the beginning.
  if (anew) yield* removeCheckpoints(yield* StoreRoot, keyed.key)
  const start = anew ? undefined : findStart(plan, keyed, results)
  const { result, startedAt, attempt, span } = yield* tryRepeatedly(keyed, start, context)
  const computedAt = yield* Clock.currentTimeMillis
  reach("attempt.computed")
  context.onComputed(keyed.index, result)
  // From here on the result exists: it is kept even when the run is being interrupted.
  const record = yield* Effect.uninterruptible(commit(keyed, result, { startedAt, computedAt, attempt, span }, context))
  return { record, computed: true } satisfies Attempted
}, Effect.scoped)

const tryRepeatedly = Effect.fnUntraced(function* (
  keyed: KeyedTask,
  start: ActionRecord | undefined,
  context: AttemptContext
) {
  const { task } = keyed
  for (let attempt = 1; ; attempt++) {
    const span = spanId()
    const startedAt = yield* Clock.currentTimeMillis
    const outcome = yield* Effect.result(tryOnce(keyed, start, { attempt, span, startedAt }, context))
    if (outcome._tag === "Success") return { result: outcome.success, startedAt, attempt, span }
    const error = outcome.failure
    if (error._tag !== "AttemptFailed") return yield* error
    // A damaged input does not mend itself: whoever made it has to run first.
    const mayRetry = attempt <= task.retries && error.damaged === undefined && error.endsRun !== true
    const retryIn = mayRetry ? pauseAfter(task.backoff ?? USUAL_BACKOFF, attempt) : undefined
    yield* context.journal.append({
      _tag: "AttemptFailed",
      at: yield* Clock.currentTimeMillis,
      task: task.id,
      attempt,
      error: { tag: error.tag, message: error.message, detail: error.detail },
      ...(retryIn === undefined ? {} : { retryIn })
    })
    if (retryIn === undefined) return yield* error
    yield* context.rest(keyed.index, attempt, retryIn)
  }
})

const tryOnce = Effect.fnUntraced(function* (
  keyed: KeyedTask,
  start: ActionRecord | undefined,
  { attempt, span, startedAt }: Pick<AttemptFacts, "attempt" | "span" | "startedAt">,
  context: AttemptContext
) {
  const executor = yield* Executor
  const { task } = keyed
  const { journal, onProgress } = context
  const devices = context.devicesOf(keyed.index)
  const request = yield* makeRequest(keyed, { attempt, span, devices }, start, context)
  // Whoever asks what ran when the process died finds it; nothing else depends on it, so nobody waits for the disk. Brief
  // attempts are handed over at the end of this turn.
  const append = request.brief === undefined ? journal.appendNow : journal.appendThisTurn
  append({
    _tag: "AttemptStarted",
    at: startedAt,
    task: task.id,
    attempt,
    worker: executor.placeOf(request),
    spanId: span,
    ...(devices.length === 0 ? {} : { devices })
  })
  reach("attempt.begun")
  const clock = yield* Clock.Clock
  const execution = executor.execute(request, {
    onProgress: (report) => onProgress(task.id, report),
    onTurn: (hasTurn) => context.onTurn(task.id, hasTurn),
    onOutgrown: () => context.onOutgrown(keyed.index),
    onLog: ({ level, message }) =>
      journal.appendLater({ _tag: "TaskLog", at: clock.currentTimeMillisUnsafe(), task: task.id, level, message }),
    // Of an attempt that has been going on for so long: its worker has another clock.
    onSpans: ({ elapsed, ...told }) =>
      context.onSpans({ below: "attempt", attempt: span, base: timeOf(clock) - elapsed, ...told })
  })
  const { timeout } = task
  // A command's own end is waited for: it tells what it has printed.
  const limited = request._tag === "Command" ? execution : withinTimeout(execution, timeout)
  if (devices.length === 0) return yield* limited
  return yield* Effect.acquireUseRelease(
    Effect.sync(() => deviceWatch.begin(devices)),
    () => limited,
    (end) =>
      Effect.sync(() => {
        const use = end()
        if (use === undefined) return
        const measured = { [ATTRIBUTE.gpuUse]: use.utilization, [ATTRIBUTE.gpuMemory]: use.peakMemory }
        context.onSpans({ below: "attempt", attempt: span, base: timeOf(clock), spans: [], use: measured })
      })
  )
})

const makeRequest = Effect.fnUntraced(function* (
  { index, key, task }: KeyedTask,
  {
    attempt,
    devices,
    span
  }: { readonly attempt: number; readonly span: string; readonly devices: ReadonlyArray<string> },
  start: ActionRecord | undefined,
  { ledger, traceId, briefOf, coresOf }: AttemptContext
) {
  const objects = yield* ObjectStore
  const root = yield* StoreRoot
  const stage = ledger.plan.stages[task.stage]
  if (stage === undefined) throw new RangeError(`task ${task.id} has no stage`)
  const brief = briefOf(index)
  const located = ({ outputs }: ActionRecord) =>
    Object.fromEntries(
      Object.entries(outputs).map(([port, artifact]) => [port, locatedFiles(artifact, objects.pathOf)])
    )
  return {
    task: task.id,
    attempt,
    devices,
    inputs: locatedInputs(task, (origin) => ledger.artifact(origin), objects.pathOf),
    outputs: stage.outputs,
    checkpoints: checkpointFolder(root, key),
    ...(start?.family === undefined ? {} : { start: { key: start.key, at: start.family.at, outputs: located(start) } }),
    ...(brief === undefined ? {} : { brief }),
    ...(stage.blas === undefined ? {} : { blas: stage.blas }),
    ...(stage.code._tag === "Bundle" ? helpersOf(coresOf(index)) : {}),
    ...memoryOf(task, attempt),
    ...workOf(stage.code, task, traceParent(traceId, span))
  } satisfies AttemptRequest
})

/** What an attempt is held to: as much as its task asks for, if it does. */
const memoryOf = ({ resources: { memory, memoryFactor = 1 } }: PlanTask, attempt: number) =>
  memory === 0 ? {} : { memory: Math.ceil(memory * memoryFactor ** (attempt - 1)) }

/** Threads beside its own that keep busy the cores which an attempt holds. */
const helpersOf = (cores: number) => (cores < 2 ? {} : { helpers: Math.floor(cores) - 1 })

interface AttemptFacts {
  readonly startedAt: number
  readonly computedAt: number
  readonly attempt: number
  readonly span: string
}

/** Stores the outputs, then the record that names them, then says so in the journal. */
const commit = Effect.fnUntraced(function* (
  { index, key, parts, task }: KeyedTask,
  result: AttemptResult,
  { startedAt, computedAt, attempt, span }: AttemptFacts,
  { ledger, journal, runId, traceId, onCommitted, onSpans }: AttemptContext
) {
  const actions = yield* ActionStore
  const artifacts = yield* ArtifactStore
  const objects = yield* ObjectStore
  const stage = ledger.plan.stages[task.stage]
  if (stage === undefined) throw new RangeError(`task ${task.id} has no stage`)
  const outputs: Record<string, Artifact> = {}
  const clock = yield* Clock.Clock
  const base = timeOf(clock)
  const puts: Array<KeptSpan> = []
  for (const [port, kind] of Object.entries(stage.outputs)) {
    const start = timeOf(clock) - base
    const artifact = yield* artifacts.write(kind, result.outputs[port] ?? [])
    outputs[port] = artifact
    // What lies in its record is not written for itself.
    if (artifact.files.some(({ inline }) => inline === undefined)) {
      const time = { start, end: timeOf(clock) - base }
      puts.push({ id: puts.length + 1, name: SPAN.put, ...time, attributes: putAttributes(port, artifact) })
    }
  }
  if (puts.length > 0) onSpans({ below: "task", attempt: span, base, spans: puts })
  // Verifying takes what is damaged out of the store, so that whoever made it makes it again.
  for (const digest of result.damaged ?? []) yield* Effect.ignore(objects.verify(digest))
  const family = stage.extends === undefined ? undefined : familyOf(parts, stage.extends)
  const { continuedFrom } = result
  // A record that is there names lost objects, or is to be replaced: otherwise nothing would have been computed.
  const earlier = actions.find(key)
  if (earlier !== undefined) {
    yield* actions.forget(key)
    const isSameDevice = earlier.adapter === result.adapter
    const message = isSameDevice ? contradiction(earlier, outputs, stage) : undefined
    if (message !== undefined) {
      journal.appendLater({ _tag: "TaskLog", at: computedAt, task: task.id, level: "warning", message })
    }
  }
  const record = yield* actions.commit({
    format: RECORD_FORMAT,
    key,
    parts,
    codeParts: stage.code.parts,
    outputs,
    ...(family === undefined ? {} : { family }),
    ...(continuedFrom === undefined ? {} : { continuedFrom }),
    metrics: result.metrics,
    ...(result.notFinite === undefined ? {} : { notFinite: result.notFinite }),
    ...(result.adapter === undefined ? {} : { adapter: result.adapter }),
    logs: result.logs,
    startedAt,
    durationMillis: result.millis ?? computedAt - startedAt,
    cpuMillis: result.cpuMillis,
    peakMemory: result.peakMemory,
    runId,
    task: task.id,
    attempt,
    traceId,
    spanId: span
  })
  reach("result.committed")
  onCommitted(index)
  yield* Effect.ignore(removeCheckpoints(yield* StoreRoot, key))
  yield* journal.append({
    _tag: "TaskFinished",
    at: yield* Clock.currentTimeMillis,
    computedAt,
    task: task.id,
    attempt,
    key,
    outputs: digestsOf(record.outputs),
    ...(continuedFrom === undefined ? {} : { continuedFrom }),
    ...(result.adapter === undefined ? {} : { adapter: result.adapter }),
    metrics: record.metrics,
    ...(record.notFinite === undefined ? {} : { notFinite: record.notFinite }),
    ...(result.millis === undefined ? {} : { millis: result.millis }),
    cpuMillis: record.cpuMillis,
    peakMemory: record.peakMemory
  })
  return record
})

/** Milliseconds since 1970, with fractions. */
const timeOf = (clock: Clock.Clock): number => Number(clock.currentTimeNanosUnsafe() / 1000n) / 1000

const putAttributes = (port: string, { digest, files }: Artifact) => ({
  [ATTRIBUTE.artifactPort]: port,
  [ATTRIBUTE.artifactDigest]: digest,
  [ATTRIBUTE.artifactBytes]: files.reduce((sum, { bytes }) => sum + bytes, 0),
  [ATTRIBUTE.artifactFiles]: files.length
})

/** What gave other bytes than before, although nothing that decides it had changed. */
const contradiction = (
  earlier: ActionRecord,
  outputs: { readonly [port: string]: Artifact },
  { determinism, stageType }: PlanStage
): string | undefined => {
  const ports = Object.keys(outputs).filter((port) => outputs[port]?.digest !== earlier.outputs[port]?.digest)
  if (ports.length === 0 || typeof determinism !== "string") return undefined
  const but =
    determinism === "unknown" ? "although nothing it declares changed" : `but ${stageType} is declared ${determinism}`
  const { continuedFrom } = earlier
  const then = continuedFrom === undefined ? "" : `, where it went on from what there was at ${continuedFrom.at}`
  return `computed anew it gave other bytes (${ports.join(", ")}) than in run ${earlier.runId}${then}, ${but}`
}
