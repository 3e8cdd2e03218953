/** Executes a task again as its record tells, and compares what it gives with what it gave; the store stays as it is. */
import { existsSync, readFileSync } from "node:fs"
import { Effect, Option } from "effect"
import { missingPackages, packagesOfBundle } from "../code/bundle-packages.ts"
import { type Origin, originsIn, type Plan, type PlanStage, type PlanTask } from "../plan/Plan.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { spanId, traceId, traceParent } from "../record/trace-ids.ts"
import { locatedInputs, workOf } from "../run/attempt-request.ts"
import { type AttemptRequest, type AttemptResult, Executor } from "../run/Executor.ts"
import { engine, Host } from "../run/Host.ts"
import { sourceArtifacts } from "../run/source-artifacts.ts"
import { withinTimeout } from "../run/within-timeout.ts"
import { type ActionRecord, digestsIn } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { type Artifact, digestOf } from "../store/Artifact.ts"
import { ArtifactStore, type NewFile, type OpenFile } from "../store/ArtifactStore.ts"
import * as Digest from "../store/Digest.ts"
import { attempt, attemptSync } from "../store/durable.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import type { WrittenMetrics } from "../store/WrittenMetrics.ts"
import { type Comparison, compareArtifacts, compareJson, type ElementDifference } from "./compare-artifacts.ts"

/** What came of executing a task again. */
export type Rerun =
  /** The same bytes. */
  | { readonly _tag: "Equal" }
  /** Other bytes, as far as the stage type declares: `largest` is the largest relative difference. */
  | { readonly _tag: "Within"; readonly largest: number; readonly tolerance: number }
  | { readonly _tag: "Differs"; readonly output: string; readonly difference: ElementDifference }
  | { readonly _tag: "Failed"; readonly message: string }
  /** It could not be executed, or what it gives could not be judged. */
  | { readonly _tag: "Skipped"; readonly reason: string }

/** What a task gives that was executed again. */
export type Execution =
  | { readonly _tag: "Executed"; readonly result: AttemptResult; readonly stage: PlanStage }
  | Extract<Rerun, { readonly _tag: "Failed" | "Skipped" }>

/** Executes the task of a record again, and compares. */
export const rerunRecord = Effect.fn("rerunRecord")(function* (record: ActionRecord) {
  const execution = yield* executeRecord(record)
  return execution._tag === "Executed" ? yield* judge(record, execution.result, execution.stage) : execution
}, Effect.scoped)

/**
 * Executes the task of a record again: its stored code, on its stored inputs, from the beginning. What it gives may lie in a
 * folder that goes with the scope.
 */
export const executeRecord = Effect.fn("executeRecord")(function* (record: ActionRecord) {
  const past = yield* Effect.option(planOf(record))
  const found = Option.isSome(past) ? taskOf(past.value, record.task) : undefined
  if (Option.isNone(past) || found === undefined)
    return skipped(`run ${record.runId}, which made it, is no longer there`)
  const request = yield* requestOf(past.value, found, record)
  if (typeof request === "string") return skipped(request)
  const result = yield* Effect.result(execute(request, found.task.timeout))
  if (result._tag === "Failure") {
    const { damaged, message, tag } = result.failure
    if (tag === "BackendUnavailable" || tag === "BlasUnavailable") return skipped(message)
    return damaged === undefined ? ({ _tag: "Failed", message: `${tag}: ${message}` } as const) : skipped(message)
  }
  return executed(result.success, found.stage)
})

const executed = (result: AttemptResult, stage: PlanStage): Execution => ({ _tag: "Executed", result, stage })

const skipped = (reason: string): Extract<Rerun, { readonly _tag: "Skipped" }> => ({ _tag: "Skipped", reason })

const planOf = Effect.fnUntraced(function* ({ runId }: ActionRecord) {
  const history = yield* RunHistory
  return yield* history.plan(yield* history.resolve(runId))
})

interface PlannedTask {
  readonly task: PlanTask
  readonly stage: PlanStage
}

const taskOf = (plan: Plan, id: string): PlannedTask | undefined => {
  const task = plan.tasks.find((candidate) => candidate.id === id)
  const stage = plan.stages[task?.stage ?? -1]
  return task === undefined || stage === undefined ? undefined : { task, stage }
}

/** The request of a first attempt from the beginning; or why there can be none. */
const requestOf = Effect.fnUntraced(function* (plan: Plan, { task, stage }: PlannedTask, record: ActionRecord) {
  const objects = yield* ObjectStore
  const artifacts = yield* ArtifactStore
  const { contract } = yield* Host
  const { code } = stage
  if (code._tag === "Bundle" && !existsSync(objects.pathOf(code.bundle))) return "its stored code is no longer there"
  if (code._tag === "Bundle" && !existsSync(code.file))
    return `${code.file}, from where its packages are found, has gone`
  if (code._tag === "Bundle") {
    const found = yield* Effect.result(packagesOfBundle({ ...code, bundleFile: objects.pathOf(code.bundle), contract }))
    if (found._tag === "Failure") return found.failure.message
    const [changed, ...more] = missingPackages(record.codeParts.packages, found.success)
    if (changed !== undefined)
      return `its packages are no longer those that it was made with: ${[changed, ...more].join(", ")}`
  }
  if (code._tag === "Command") {
    const lost = code.secrets.find((name) => process.env[name] === undefined)
    if (lost !== undefined) return `the secret ${lost} is not set`
  }
  const inputs = yield* inputsOf(plan, task, record)
  const lost = [...inputs.values()].find((artifact) => artifact === undefined || !artifacts.isPresent(artifact))
  if (inputs.size > 0 && [...inputs.values()].includes(undefined))
    return "an input is no longer what it was, or has gone"
  if (lost !== undefined) return "an input has been lost from the store"
  const found = code._tag === "Bundle" ? { ...code, bundleFile: objects.pathOf(code.bundle) } : code
  const request: AttemptRequest = {
    task: task.id,
    attempt: 1,
    devices: [],
    inputs: locatedInputs(task, (origin) => inputs.get(origin) as Artifact, objects.pathOf),
    outputs: stage.outputs,
    ...(stage.blas === undefined ? {} : { blas: stage.blas }),
    ...workOf(found, task, traceParent(traceId(), spanId()))
  }
  return request
})

/** The artifact behind each origin, by the digests of the record; `undefined` where nothing has the digest any more. */
const inputsOf = Effect.fnUntraced(function* (plan: Plan, { inputs }: PlanTask, { parts }: ActionRecord) {
  const { findArtifacts } = yield* ActionStore
  const needed = Object.entries(inputs).flatMap(([port, input]) => {
    const part = parts.inputs[port]
    const digests = part === undefined ? [] : digestsIn(part)
    return originsIn(input).map((origin, index): readonly [Origin, Digest.Digest | undefined] => [
      origin,
      digests[index]
    ])
  })
  // Sources are no results: their files are read again, and are what they were or are not.
  const hasSource = needed.some(([{ _tag }]) => _tag === "Source")
  const sources = hasSource ? Option.getOrElse(yield* Effect.option(sourceArtifacts(plan)), () => []) : []
  return new Map(
    needed.map(([origin, digest]) => {
      const candidates =
        origin._tag === "Source" ? [sources[origin.source]] : digest === undefined ? [] : findArtifacts(digest)
      return [origin, candidates.find((artifact) => artifact?.digest === digest)]
    })
  )
})

const execute = Effect.fnUntraced(function* (request: AttemptRequest, timeout: number | undefined) {
  const executor = yield* Executor
  const execution = executor.execute(request, { onProgress: () => {}, onLog: () => {} })
  return yield* request._tag === "Command" ? execution : withinTimeout(execution, timeout)
})

/** All metrics; one that diverged is equal to none that did not, whatever the tolerance. */
const recorded = ({ metrics, notFinite }: WrittenMetrics) => ({ ...metrics, ...notFinite })

/** Compares the outputs in the order of their ports, then the metrics. */
const judge = Effect.fnUntraced(function* (record: ActionRecord, result: AttemptResult, stage: PlanStage) {
  const artifacts = yield* ArtifactStore
  const { determinism, outputs } = stage
  const tolerance = typeof determinism === "object" ? determinism.tolerance : 0
  let largest = 0
  let isEqual = true
  const differs = (output: string, { first, ...comparison }: Comparison): Rerun | undefined => {
    largest = Math.max(largest, comparison.largest)
    if (first === undefined) return undefined
    return excused(record, result, stage) ?? { _tag: "Differs", output, difference: first }
  }
  for (const [port, kind] of Object.entries(outputs)) {
    const made = result.outputs[port] ?? []
    const stored = record.outputs[port]
    if (stored === undefined || stored.digest === digestOf(kind, yield* Effect.forEach(made, digested))) continue
    isEqual = false
    const files = yield* Effect.option(artifacts.open(stored))
    if (Option.isNone(files)) return skipped(`output "${port}" has been lost from the store`)
    const verdict = differs(port, compareArtifacts(kind, files.value, yield* Effect.forEach(made, opened), tolerance))
    if (verdict !== undefined) return verdict
  }
  const metrics = compareJson("$", recorded(record), recorded(result), tolerance)
  const verdict = differs("metrics", metrics)
  if (verdict !== undefined) return verdict
  return isEqual && metrics.largest === 0
    ? ({ _tag: "Equal" } as const)
    : ({ _tag: "Within", largest, tolerance } as const)
})

const digested = Effect.fnUntraced(function* (file: NewFile) {
  const { path } = file
  if ("bytes" in file) return { path, digest: Digest.ofBytes(file.bytes) }
  return { path, digest: yield* attempt("read", file.file, () => Digest.ofFile(file.file)) }
})

const opened = (file: NewFile): Effect.Effect<OpenFile, StoreUnavailable> =>
  "bytes" in file
    ? Effect.succeed(file)
    : attemptSync("read", file.file, () => ({ path: file.path, bytes: readFileSync(file.file) }))

/** Another version of the JavaScript engine may give other digits where a stage type says so, and another GPU of one class. */
const excused = (
  { adapter, parts }: ActionRecord,
  now: AttemptResult,
  { determinism }: PlanStage
): Rerun | undefined => {
  if (adapter !== now.adapter) return skipped(`it gives other digits on ${now.adapter} than on ${adapter}, as it may`)
  const { engine: before } = parts.environment
  if (determinism !== "libm" || before === undefined || before === engine) return undefined
  return skipped(`it gives other digits with engine ${engine} than with ${before}, as it may`)
}
