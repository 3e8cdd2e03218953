/** From the words on the command line to a plan. */
import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Effect, Option, Result } from "effect"
import { StageCode } from "../code/StageCode.ts"
import { decode } from "../document/decode.ts"
import type { OpenFile } from "../document/Fragment.ts"
import { fileText } from "../document/file-text.ts"
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import { Reads } from "../document/Reads.ts"
import { sourcePath } from "../document/source-path.ts"
import type { GrowingPlan } from "../plan/GrowingPlan.ts"
import type { MachineBackends } from "../plan/MachineBackends.ts"
import { makePlan } from "../plan/make-plan.ts"
import type { Plan } from "../plan/Plan.ts"
import { findTargets, selectGrowing, type UnknownTarget } from "../plan/select.ts"
import { Host, type HostShape } from "../run/Host.ts"
import { checkOutputs } from "./check-outputs.ts"
import { cacheFolder } from "./Settings.ts"
import { taskHint } from "./task-hint.ts"
import { UsageError } from "./UsageError.ts"

/** The choices that every command on a pipeline file takes. */
export interface PipelineChoices {
  readonly file: string
  readonly profile: Option.Option<string>
  readonly set: { readonly [key: string]: string }
  readonly params: ReadonlyArray<string>
}

export interface LoadedPipeline {
  readonly document: PipelineDocument
  /** The plan, which grows as tasks make the lists that others go over. */
  readonly growing: GrowingPlan
  /** All that the plan was made from. */
  readonly reads: Reads
}

/** A pipeline file with those that it includes, and all that was read so far. */
export type ReadPipeline = Pick<LoadedPipeline, "document" | "reads">

/** Reads and decodes a pipeline file. */
export const readPipeline = Effect.fn("readPipeline")(function* ({ file, params }: PipelineChoices) {
  const reads = new Reads()
  for (const read of [file, ...params]) reads.file(read)
  const document = yield* Effect.fromResult(decode(file, yield* readText(file), openWith(reads)))
  return { document, reads } satisfies ReadPipeline
})

/** Plans a pipeline file, which may have been read. */
export const loadPipeline = Effect.fn("loadPipeline")(function* (choices: PipelineChoices, read?: ReadPipeline) {
  const { document, reads } = read ?? (yield* readPipeline(choices))
  const files = yield* Effect.forEach(choices.params, (file) => Effect.map(readText(file), (text) => ({ file, text })))
  const growing = yield* makePlan(
    document,
    {
      profile: Option.getOrUndefined(choices.profile),
      overrides: Object.entries(choices.set).map(([key, text]) => ({ key, text })),
      files,
      env: Object.fromEntries(document.env.map(({ name }) => [name, reads.variable(name, process.env)]))
    },
    {
      reads,
      environment: process.env,
      backends: backendsFor(yield* Host, reads),
      blas: yield* Effect.cached(blasFor(choices.file, yield* Host, reads))
    }
  )
  const { plan } = growing
  yield* checkOutputs(document, plan)
  for (const [path, look] of (yield* StageCode).looks()) reads.look(path, look)
  return { document, growing, reads } satisfies LoadedPipeline
})

/** What this machine has of backends. */
export const backendsFor = (
  { contract, probeModule }: Pick<HostShape, "contract" | "probeModule">,
  reads: Reads
): MachineBackends => {
  let machine: MachineBackends | undefined
  return Effect.fnUntraced(function* (backend, source) {
    const { machineBackends } = yield* Effect.promise(() => import("../compute/machine-backends.ts"))
    machine ??= machineBackends({
      ...{ probeModule, contract, environment: process.env, reads },
      store: existsSync(cacheFolder()) ? cacheFolder() : undefined
    })
    return yield* machine(backend, source)
  })
}

/** What this machine has of native libraries for linear algebra, for a pipeline file. */
export const blasFor = Effect.fnUntraced(function* (
  file: string,
  { contract, probeModule }: Pick<HostShape, "contract" | "probeModule">,
  reads: Reads
) {
  const { machineBlas } = yield* Effect.promise(() => import("../compute/machine-blas.ts"))
  return yield* machineBlas({ probeModule, environment: process.env, reads, from: [resolve(file), contract] })
})

/** Notes the sources of a plan, before they are read. */
export const noteSources = (reads: Reads, file: string, plan: Plan): void => {
  for (const { path } of plan.sources) reads.tree(resolve(dirname(file), sourcePath(path).file))
}

/** Opens what a pipeline file names. */
const openWith =
  (reads: Reads): OpenFile =>
  (path) => {
    reads.file(path)
    return fileText(path)
  }

/** The text of a file that the user named. */
export const readText = (file: string): Effect.Effect<string, UsageError> =>
  Effect.suspend(() =>
    Effect.fromResult(Result.mapError(fileText(file), (reason) => new UsageError({ reason: `${file}: ${reason}` })))
  )

/** The tasks that these names mean in a plan, which may be a part of one; fails on a name that no stage and no task has. */
export const targetTasks = (plan: Plan, targets: ReadonlyArray<string>, whole: Plan = plan) =>
  Effect.fromResult(findTargets(plan, targets)).pipe(
    Effect.map(({ tasks }) => tasks),
    Effect.mapError((unknown) => {
      const isElsewhere = plan !== whole && Result.isSuccess(findTargets(whole, [unknown.target]))
      return unknownTarget(isElsewhere ? { ...unknown, because: "nothing that was asked for needs it" } : unknown)
    })
  )

/** The tasks that these names mean in a plan that has grown; a list may lack what was asked for. */
export const namedTasks = (plan: Plan, targets: ReadonlyArray<string>): ReadonlySet<number> =>
  new Set(
    targets.flatMap((target) => {
      const found = findTargets(plan, [target])
      return Result.isSuccess(found) ? [...found.success.tasks] : []
    })
  )

/** Names that a list which was unknown at first might have had tasks for, and has none, with what became of them. */
export const missingTasks = (
  plan: Plan,
  targets: ReadonlyArray<string>
): ReadonlyArray<{ readonly target: string; readonly state: string }> =>
  [...new Set(targets)].flatMap((target) => {
    const found = findTargets(plan, [target])
    return Result.isSuccess(found) ? [] : [{ target, state: notPart(found.failure.because ?? "no list has it") }]
  })

const notPart = (because: string): string => `not part of this run: ${because}`

const unknownTarget = ({ target, candidates, because }: UnknownTarget): UsageError => {
  const sort = target.includes("@") ? "task" : "stage"
  const unknown = `the pipeline has no ${sort} "${target}"${taskHint(target, candidates)}`
  return new UsageError({ reason: because === undefined ? unknown : `${target} is ${notPart(because)}` })
}

/** The plan of the named stages and all that they need; the whole plan when none is named. */
export const restrict = (growing: GrowingPlan, targets: ReadonlyArray<string>) =>
  targets.length === 0
    ? Effect.succeed(growing)
    : Effect.mapError(Effect.fromResult(selectGrowing(growing, targets)), unknownTarget)
