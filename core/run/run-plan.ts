/** Runs a plan in a folder of its own, with a journal. */
import { join } from "node:path"
import { Clock, Effect } from "effect"
import { reach } from "../fault/hooks.ts"
import type { Plan } from "../plan/Plan.ts"
import * as Journal from "../record/Journal.ts"
import type { RunOutcome } from "../record/JournalEvent.ts"
import type { SpanBatch } from "../record/KeptSpan.ts"
import { claim, FILES, type RunFolder } from "../record/RunFolder.ts"
import { SpanLog, wantsSpans } from "../record/SpanLog.ts"
import { parentOf, spanId, traceId } from "../record/trace-ids.ts"
import { ActionStore } from "../store/ActionStore.ts"
import type { Artifact } from "../store/Artifact.ts"
import { type Digest, ofBytes } from "../store/Digest.ts"
import { attempt, attemptSync, syncFolder, writeDurably } from "../store/durable.ts"
import type { StoredObject } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import type { SegmentLengths } from "../store/segment-lengths.ts"
import { type CoordinatorOptions, type Failure, makeCoordinator } from "./Coordinator.ts"
import { engine, environment, Host } from "./Host.ts"
import { Ledger } from "./Ledger.ts"
import { observedJournal } from "./observed-journal.ts"
import { openPlanFile, type PlanFile } from "./PlanFile.ts"
import { RunObserver } from "./RunObserver.ts"
import { sourceArtifacts } from "./source-artifacts.ts"
import { sourceCommit } from "./source-commit.ts"

export interface RunOptions extends CoordinatorOptions {
  /** Where the run has its folder: among those of the store, unless it is not to be recorded there. */
  readonly runs?: string
  /** Text of the pipeline file, kept in the run's folder. */
  readonly pipelineText: string
  /** Texts of the files that it includes, by their names: kept too. */
  readonly includedTexts?: ReadonlyMap<string, string>
  readonly targets: ReadonlyArray<string>
  /** `TRACEPARENT` of the process that started this one. */
  readonly traceParent: string | undefined
  /** The tick of a schedule that started it. */
  readonly tick?: string | undefined
}

export interface RunResult {
  readonly folder: RunFolder
  readonly outcome: RunOutcome
  readonly counts: { readonly ran: number; readonly hit: number; readonly failed: number; readonly skipped: number }
  readonly failures: ReadonlyArray<Failure>
  /** What the results consist of. */
  readonly objects: ReadonlyArray<StoredObject>
  /** How far this process has written its own segment of action records, if it has one. */
  readonly segment: SegmentLengths
}

/**
 * Runs a plan. Task failures are part of the result; the error channel is for a store that cannot be used.
 *
 * Interrupted, it stops what runs, keeps what finished, and closes the journal.
 */
export const runPlan = Effect.fn("run")(function* (plan: Plan, options: RunOptions) {
  const { runs = (yield* StoreRoot).runs } = options
  // What is wrong with them is wrong with the pipeline: there is no run then.
  const sources = yield* sourceArtifacts(plan)
  const startedAt = yield* Clock.currentTimeMillis
  const folder = yield* attemptSync("create a run in", runs, () => claim(runs, startedAt))
  yield* attempt("write to", runs, () => syncFolder(runs))
  const files = yield* writeTexts(folder, textsOf(plan, options, sources))
  const planFile = yield* openPlanFile(folder, plan)
  const journal = yield* Journal.open(folder)
  yield* attempt("write to", folder.path, () => syncFolder(folder.path))
  return yield* runInFolder(plan, options, sources, { folder, journal, files, planFile })
}, Effect.scoped)

/** What a run keeps of what it was made from, beside its plan: the names of files and their texts. */
const textsOf = (
  plan: Plan,
  { includedTexts = new Map(), pipelineText }: Pick<RunOptions, "includedTexts" | "pipelineText">,
  sources: ReadonlyArray<Artifact | undefined>
): ReadonlyArray<readonly [name: string, text: string]> => {
  // What the sources were: the objects of their content are needed as long as the run is kept.
  const read = plan.sources.flatMap(({ name }, index) => {
    const artifact = sources[index]
    return artifact === undefined ? [] : [[name, artifact] as const]
  })
  const included = JSON.stringify(Object.fromEntries(includedTexts), null, 2)
  return [
    [FILES.pipeline, pipelineText],
    ...(includedTexts.size > 0 ? [[FILES.included, included] as const] : []),
    ...(read.length > 0 ? [[FILES.sources, JSON.stringify(Object.fromEntries(read))] as const] : [])
  ]
}

/** Writes texts into the folder of a run; the digests of the files. */
const writeTexts = Effect.fnUntraced(function* (
  { path }: RunFolder,
  texts: ReadonlyArray<readonly [name: string, text: string]>
) {
  const digests: { [name: string]: Digest } = {}
  for (const [name, text] of texts) {
    const bytes = Buffer.from(text)
    yield* writeDurably(join(path, name), bytes)
    digests[name] = ofBytes(bytes)
  }
  return digests
})

/** What a run leaves in its folder. */
interface RunFiles {
  readonly folder: RunFolder
  readonly journal: Journal.Journal
  /** Digests of those that are written once. */
  readonly files: { readonly [name: string]: Digest }
  readonly planFile: PlanFile
}

const runInFolder = Effect.fnUntraced(function* (
  plan: Plan,
  options: RunOptions,
  sources: ReadonlyArray<Artifact | undefined>,
  { folder, journal: file, files, planFile }: RunFiles
) {
  const observer = (yield* RunObserver)(plan)
  const journal = observedJournal(file, observer)
  const spans = yield* Effect.acquireRelease(
    Effect.sync(() => new SpanLog(folder)),
    (log) => Effect.sync(() => log.close())
  )
  const parent = parentOf(options.traceParent)
  const { lease } = yield* StoreRoot
  const planned = planFile.digest()
  const ids = { traceId: parent?.traceId ?? traceId(), spanId: spanId() }
  yield* journal.append({
    _tag: "RunStarted",
    at: yield* Clock.currentTimeMillis,
    runId: folder.id,
    ...(lease === undefined ? {} : { holder: lease.id }),
    pipeline: plan.name,
    file: plan.file,
    profile: plan.profile,
    params: plan.params,
    targets: options.targets,
    jobs: options.jobs,
    ...ids,
    ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
    environment: { ...environment(yield* Host), ...sourceCommit("", plan.file) },
    tasks: plan.tasks.length,
    ...(options.tick === undefined ? {} : { tick: options.tick }),
    files: { ...files, ...(planned === undefined ? {} : { [FILES.plan]: planned }) }
  })
  reach("run.begun")
  yield* (yield* ActionStore).watch
  const ledger = new Ledger(plan, sources, { engine })
  const { onProgress, onWaiting } = observer
  const onSpans = (batch: SpanBatch): void => {
    if (!wantsSpans(process.env)) return
    spans.keep(batch)
    observer.onSpans?.(batch)
  }
  const onTurn = observer.onTurn ?? (() => {})
  const shared = { ledger, journal, runId: folder.id, traceId: ids.traceId, onProgress, onTurn, onWaiting, onSpans }
  const coordinator = yield* makeCoordinator(ledger, options, shared, planFile.grow)
  const finish = (outcome: RunOutcome) =>
    Effect.gen(function* () {
      const at = yield* Clock.currentTimeMillis
      for (const event of coordinator.skipRest(at)) journal.appendLater(event)
      yield* planFile.flush
      const grown = planFile.digest()
      yield* journal.append({
        _tag: "RunFinished",
        at,
        outcome,
        ...(grown === undefined || grown === planned ? {} : { files: { [FILES.plan]: grown } }),
        counts: coordinator.counts()
      })
    })
  yield* coordinator.run.pipe(
    // A store that fails takes this line too as long as it can.
    Effect.tapError(() => Effect.ignore(finish("failure"))),
    Effect.onInterrupt(() => Effect.ignore(finish("interrupted")))
  )
  const outcome = coordinator.failures.length === 0 ? "success" : "failure"
  yield* finish(outcome)
  const result: RunResult = {
    folder,
    outcome,
    counts: coordinator.counts(),
    failures: coordinator.failures,
    objects: ledger.objects(),
    segment: (yield* ActionStore).written()
  }
  return result
})
