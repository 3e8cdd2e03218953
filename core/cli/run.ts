/** `pipeline run`: computes what is new, and leaves a report behind. */
import { join } from "node:path"
import { Cause, Clock, Effect, Layer, Option, type Scope } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import { chooseProgress } from "../observe/choose-progress.ts"
import { wantsExport } from "../observe/export-target.ts"
import { progressObserver } from "../observe/progress-observer.ts"
import type { RunTelemetry } from "../observe/run-telemetry.ts"
import type { GrowingPlan } from "../plan/GrowingPlan.ts"
import type { Plan } from "../plan/Plan.ts"
import { Catalogue } from "../record/Catalogue.ts"
import { withRun } from "../record/catalogue-file.ts"
import { type PastRun, RunHistory } from "../record/RunHistory.ts"
import { type UnwrittenFile, unwrittenText } from "../report/unwritten-file.ts"
import { collectGarbage } from "../run/collect-garbage.ts"
import { cores, Host } from "../run/Host.ts"
import { RunObserver, type RunObserverShape } from "../run/RunObserver.ts"
import { type RunResult, runPlan } from "../run/run-plan.ts"
import { steady } from "../run/steady-clock.ts"
import { TICK_VARIABLE } from "../schedule/announced-tick.ts"
import { isDurable } from "../store/durability.ts"
import { attemptSync } from "../store/durable.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { segmentLengths } from "../store/segment-lengths.ts"
import { beforeStore, type TakeRead } from "./before-store.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { backendsFor, missingTasks, namedTasks, type PipelineChoices, restrict, targetTasks } from "./load-pipeline.ts"
import { loadPlan } from "./load-plan.ts"
import { offeredResources, type ResourceChoices } from "./offered-resources.ts"
import { print, printError, printJson } from "./output.ts"
import { tellOutsidePaths } from "./outside-paths.ts"
import { printClosing } from "./print-closing.ts"
import { NONE, type Recompute, recomputeOf } from "./recompute.ts"
import { rememberRun } from "./remember-run.ts"
import { requireBackends } from "./require-backends.ts"
import { wantsColor } from "./Settings.ts"
import type { SentTrace } from "./send-trace.ts"
import { cachedRunLayer, runLayer } from "./services.ts"
import { requireCached, unrecordedText } from "./unrecorded-run.ts"
import type { LeftReport } from "./write-run-report.ts"

export interface RunChoices extends PipelineChoices, ResourceChoices {
  readonly targets: ReadonlyArray<string>
  readonly dryRun: boolean
  readonly jobs: Option.Option<number>
  readonly keepGoing: boolean
  readonly force: ReadonlyArray<string>
  readonly check: boolean
  /** Tasks that are computed anew besides: `all`, or so many. */
  readonly recompute: Option.Option<string>
  readonly json: boolean
}

/** Tasks of a plan whose making leaves much behind. */
const LONG = 1000

/** Runs a pipeline. */
export const run = (choices: RunChoices) =>
  choices.dryRun
    ? Effect.flatMap(
        Effect.promise(() => import("./plan.ts")),
        ({ plan }) => plan({ ...choices, exitCode: false, all: false })
      )
    : Effect.flatMap(announcedTick, (tick) =>
        Effect.flatMap(beforeStore(choices), (read) => Effect.scoped(runInStore({ ...choices, tick }, read)))
      )

/** The tick of the schedule that has started this run, if one has. */
const announcedTick = Effect.suspend(() =>
  process.env[TICK_VARIABLE] === undefined
    ? Effect.succeed(undefined)
    : Effect.flatMap(
        Effect.promise(() => import("./begin-tick.ts")),
        ({ beginTick }) => beginTick
      )
)

/** A run with the tick that it begins. */
interface StartedChoices extends RunChoices {
  readonly tick: string | undefined
}

/** A store that cannot be written still gives what is cached. */
const runInStore = Effect.fnUntraced(function* (choices: StartedChoices, read: TakeRead) {
  const opened = yield* Effect.result(Layer.build(runLayer))
  if (opened._tag === "Success") return yield* Effect.provide(runIt(choices, read), opened.success)
  const refusal = opened.failure
  if (refusal._tag !== "StoreUnavailable") return yield* refusal
  return yield* Effect.provide(runIt(choices, read, refusal), cachedRunLayer)
})

/** With a `refusal` of the store to be written, the run leaves nothing there, and fails where it would have to. */
const runIt = Effect.fnUntraced(function* (choices: StartedChoices, read: TakeRead, refusal?: StoreUnavailable) {
  if (!isDurable) printError("warning: PIPELINE_DURABILITY=off: results may be lost when the machine loses its power")
  const { texts, growing: whole, reads } = yield* loadPlan(choices, read)
  // The document that a long plan was made from is as large as all that follows.
  if (whole.plan.tasks.length > LONG) collectGarbage()
  const growing = yield* restrict(whole, choices.targets)
  const { plan } = growing
  const recompute = yield* recomputeOf(choices, choices.tick)
  const forced = new Set([
    ...(choices.force.length === 0 ? [] : yield* targetTasks(plan, choices.force, whole.plan)),
    ...recompute.chosen(plan)
  ])
  const isPart = sizeOf(plan) < sizeOf(whole.plan)
  if (refusal !== undefined) yield* requireCached(growing, forced, refusal)
  const backends = backendsFor(yield* Host, reads)
  yield* requireBackends(growing, forced, { backends, texts })
  const segments = segmentLengths((yield* StoreRoot).actions)
  const offered = yield* offeredResources(choices, plan)
  const asked = { growing, texts, offered, isPart, refusal, recompute }
  const first = yield* runAndReport(choices, { ...asked, forced })
  const lost = refusal === undefined ? lostContent(first) : new Set()
  for (const reference of lost)
    printError(`warning: the store has lost the content of ${reference}: it is computed again`)
  // What was found damaged has been taken away, and is no hit any more; what the first has computed is one.
  const ended =
    lost.size > 0
      ? yield* runAndReport({ ...choices, force: [] }, { ...asked, forced: new Set(), recompute: NONE })
      : first
  const { result, past, left, remark } = ended
  if (choices.json)
    printJson({
      run: result.folder.id,
      outcome: result.outcome,
      counts: result.counts,
      report: left.html,
      met: left.isMet,
      recorded: refusal === undefined
    })
  else if (left.text !== "") print(left.text)
  if (!choices.json) printClosing(left.closing)
  for (const line of complaints(left.unwritten)) printError(line)
  const absent = past.plan.absences?.outputs ?? []
  for (const { destination, task } of absent) printError(`warning: ${destination} is left out: no list has ${task}`)
  const missing = missingTasks(ended.plan, [...choices.targets, ...choices.force])
  for (const { target, state } of missing) printError(`warning: ${target} is ${state}`)
  const readsOutside = tellOutsidePaths(ended.plan)
  // What is worth a warning is said each time.
  const isWhole =
    !readsOutside && absent.length === 0 && missing.length === 0 && !isPart && forced.size === 0 && remark === undefined
  if (isWhole)
    yield* rememberRun({ result, past, reads, segments, left, asked: { check: choices.check, json: choices.json } })
  if (result.outcome !== "success") return EXIT.stageFailed
  return statusOf(choices, left)
})

/** What a run goes by besides the words of its command. */
interface Asked {
  readonly growing: GrowingPlan
  /** Of the pipeline file, then of those that it includes. */
  readonly texts: ReadonlyMap<string, string>
  readonly offered: Effect.Success<ReturnType<typeof offeredResources>>
  /** Whether only a part of the plan was asked for. */
  readonly isPart: boolean
  readonly refusal: StoreUnavailable | undefined
  readonly forced: ReadonlySet<number>
  readonly recompute: Recompute
}

/** Runs the plan, and writes what people get of it. */
const runAndReport = Effect.fnUntraced(function* (
  { jobs, keepGoing, force, targets, tick }: StartedChoices,
  { growing, texts, offered, isPart, refusal, forced, recompute }: Asked
) {
  const { plan } = growing
  let current = growing
  const [[, pipelineText] = ["", ""], ...included] = texts
  const { scratch } = yield* StoreRoot
  const progress = progressObserver(plan, { env: process.env, stream: process.stderr })
  const trace = yield* beginTrace
  const result = yield* runPlan(plan, {
    ...(scratch === undefined ? {} : { runs: join(scratch, "runs") }),
    pipelineText,
    includedTexts: new Map(included),
    jobs: Math.max(
      1,
      Option.getOrElse(jobs, () => cores)
    ),
    ...offered,
    keepGoing,
    forced,
    grow: (known) =>
      Effect.map(current.grow(known), (larger) => {
        current = larger
        return {
          plan: larger.plan,
          refused: larger.refused,
          forced: new Set([...namedTasks(larger.plan, force), ...recompute.added(larger.plan)])
        }
      }),
    // Names that come to everything leave nothing out.
    targets: isPart ? targets : [],
    traceParent: process.env["TRACEPARENT"],
    tick
  }).pipe(
    Effect.tap(() => isInPlace),
    Effect.updateService(Clock.Clock, steady),
    Effect.provideService(RunObserver, () => (trace === undefined ? progress : watchedBy(progress, trace.observer))),
    Effect.onError((cause) =>
      Effect.sync(() => {
        progress.finish()
        if (Cause.hasInterruptsOnly(cause)) printError("what finished is kept: the same command goes on from there")
      })
    )
  )
  const past = yield* loadPast(result)
  const remark = refusal === undefined ? yield* enterInCatalogue(plan, result) : unrecordedText(refusal)
  const left = yield* leaveReport(past)
  progress.finish(left.note)
  if (trace !== undefined) yield* trace.close
  if (remark !== undefined) printError(remark)
  return { plan: current.plan, result, past, left, remark }
})

/** Results that a run found in the store, until somebody read them: `curves.figure`. They can be computed again. */
const lostContent = ({ result, left }: Effect.Success<ReturnType<typeof runAndReport>>): ReadonlySet<string> =>
  new Set(
    result.outcome === "success" && isGuarded("recompute-outputs")
      ? left.unwritten.flatMap(({ fault, reference }) => (fault === "store" ? [reference] : []))
      : []
  )

/** Tasks and pending stages of a plan. */
const sizeOf = ({ tasks, pending = [] }: Plan): number => tasks.length + pending.length

/** What an output lacks is an error; what only the page would have shown is worth a warning. */
const complaints = (unwritten: ReadonlyArray<UnwrittenFile>): ReadonlySet<string> => {
  const declared = unwritten.filter(({ isDeclared }) => isDeclared)
  const others = unwritten.filter((file) => !declared.some(({ reference }) => reference === file.reference))
  return new Set([
    ...declared.map((file) => `error: ${unwrittenText(file)}`),
    ...others.map((file) => `warning: ${unwrittenText(file)}`)
  ])
}

const statusOf = (choices: RunChoices, { unwritten, isMet }: LeftReport): ExitStatus => {
  const faults = unwritten.flatMap(({ isDeclared, fault }) => (isDeclared ? [fault] : []))
  if (faults.includes("store")) return EXIT.unusable
  if (faults.length > 0) return EXIT.stageFailed
  return choices.check && !isMet ? EXIT.unmet : EXIT.success
}

/** What is left to do reads what the run has left: nobody finds it in a store that was moved meanwhile. */
const isInPlace = Effect.flatMap(StoreRoot, ({ lease, path }) => attemptSync("go on in", path, () => lease?.ensure()))

const loadPast = Effect.fnUntraced(function* ({ folder }: RunResult) {
  const history = yield* RunHistory
  return yield* history.load(folder)
})

/** People edit the catalogue: one that cannot be read costs a remark, and not the report. */
const enterInCatalogue = Effect.fnUntraced(function* (plan: Plan, { folder }: RunResult) {
  const catalogue = yield* Catalogue
  const entered = catalogue.update((data) => withRun(data, plan.name, { file: plan.file, latestRun: folder.id }))
  return yield* Effect.match(entered, {
    onSuccess: () => undefined,
    onFailure: ({ message }) => `warning: the run is not in the catalogue: ${message}`
  })
})

/** Sends the spans where the standard variables say, while they come. */
const beginTrace = Effect.suspend(
  (): Effect.Effect<SentTrace | undefined, never, StoreRoot | Scope.Scope> =>
    wantsExport(process.env) || wantsExport(process.env, "metrics")
      ? Effect.flatMap(
          Effect.promise(() => import("./send-trace.ts")),
          ({ beginTrace }) => beginTrace
        )
      : Effect.undefined
)

/** Progress, and whoever else watches a run. */
const watchedBy = (progress: RunObserverShape, { onEvent, onSpans }: RunTelemetry["observer"]): RunObserverShape => ({
  ...progress,
  onEvent: (event) => {
    progress.onEvent(event)
    onEvent(event)
  },
  onSpans
})

/** Writes the report; when nothing ran and the page is there, it stays as it is. */
const leaveReport = Effect.fnUntraced(function* (past: PastRun) {
  const { writeRunReport } = yield* Effect.promise(() => import("./write-run-report.ts"))
  return yield* writeRunReport(past, {
    color: wantsColor(process.stdout),
    unicode: chooseProgress(process.env, process.stderr.isTTY === true).unicode,
    columns: process.stdout.columns || undefined
  })
})
