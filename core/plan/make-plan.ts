/** From a document to a plan: everything that can be wrong is found here, before anything runs. */
import { resolve } from "node:path"
import { Effect, Result } from "effect"
import { CommandCode } from "../code/CommandCode.ts"
import { Budget } from "../document/Budget.ts"
import type { Diagnostic } from "../document/Diagnostic.ts"
import { inOrder, PipelineInvalid } from "../document/Diagnostic.ts"
import type { Scope } from "../document/evaluate.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import { mentions } from "../document/expression-parts.ts"
import type { PipelineDocument, StageDocument } from "../document/PipelineDocument.ts"
import { Reads } from "../document/Reads.ts"
import { type ParamChoices, resolveParams, seenParams } from "../document/resolve-params.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { type BoundStage, bindStages, type CommandStage, type TypedStage } from "./bind.ts"
import { bindEnds } from "./bind-ends.ts"
import { both, type Checked, collect } from "./Checked.ts"
import { toParams } from "./CommandLine.ts"
import { checkTokens, countsOf } from "./check-tokens.ts"
import { chooseBlas } from "./choose-blas.ts"
import { placeTasks, trainingOf, type UnplacedTask } from "./choose-device.ts"
import { commandCode, type Surroundings } from "./command-code.ts"
import { checkInputs, inputsOf } from "./connect.ts"
import { asMap, checkParameterNames, decodeParams, resourcesOf } from "./decode-params.ts"
import { evaluateCommand } from "./evaluate-command.ts"
import { type Fault, faultOf } from "./Fault.ts"
import { type GrowingPlan, settledPlan } from "./GrowingPlan.ts"
import { backendsHere, processorAlone } from "./MachineBackends.ts"
import { noBlas } from "./MachineBlas.ts"
import type { KnownLists } from "./MadeLists.ts"
import type { Names, NumberedStage } from "./Names.ts"
import { type NumberedStages, numberedPort, numberStages, pendingStages, type Unnumbered } from "./number-stages.ts"
import {
  type JsonMap,
  type OptionalRead,
  PLAN_FORMAT,
  type Plan,
  type PlanCode,
  type PlanStage,
  type PlanTask
} from "./Plan.ts"
import { type Caller, callEach, limited } from "./stage-calls.ts"
import { findCycles, stageGraph, stageOrder } from "./stage-graph.ts"
import { stagedPath } from "./staged-path.ts"

/** Makes the plan of a pipeline. Fails with every complaint at once, in document order. */
export const makePlan = Effect.fn("Plan.make")(function* (
  document: PipelineDocument,
  choices: ParamChoices,
  surroundings: Surroundings = {
    reads: new Reads(),
    environment: process.env,
    backends: processorAlone,
    blas: noBlas
  }
) {
  const { profile, params } = yield* Effect.fromResult(resolveParams(document, choices))
  const bound = yield* bindStages(document)
  const graph = stageGraph(document)
  const cycles = findCycles(graph)
  const here = goesOverBackends(document) ? yield* backendsHere(surroundings.backends, resolve(document.file)) : []
  const ground: Ground = {
    ...{ document, profile, params, machine: { backends: here }, surroundings },
    bound: new Map(document.stages.map(({ id }, index) => [id, bound[index] ?? Result.fail([])])),
    // With a circle there is no order; the rest is checked in the order of the file.
    order: cycles.length === 0 ? stageOrder(graph) : document.stages.map(({ id }) => id)
  }
  const codes = yield* CommandCode
  const growing = (planned: Planned): GrowingPlan => ({
    plan: planned.plan,
    refused: planned.numbered.refused,
    grow: (known) =>
      largerPlan(ground, known, planned).pipe(Effect.map(growing), Effect.provideService(CommandCode, codes))
  })
  const first = yield* planWith(ground, new Map())
  const faults = Result.isFailure(first) ? first.failure : []
  const complaints = [...cycles, ...checkTokens(document), ...faults.flatMap((fault) => fault.complaints)]
  if (complaints.length > 0 || Result.isFailure(first)) return yield* invalid(document, complaints)
  const { plan, numbered } = first.success
  // What waits for no list is not made again, and holds nothing of the document.
  return plan.pending === undefined && numbered.refused.size === 0 ? settledPlan(plan) : growing(first.success)
})

/** Whether a matrix may go over the backends of the machine. */
const goesOverBackends = ({ stages }: PipelineDocument): boolean =>
  stages.some(({ matrix }) =>
    matrix?.axes.some((axis) => axis.some((one) => "value" in one && mentions(one.value, "machine")))
  )

/** What a plan is made from, whatever lists are known. */
interface Ground extends Unnumbered {
  readonly profile: string
  readonly surroundings: Surroundings
}

/** A plan with the stages that it has, and with which a larger one begins. */
interface Planned {
  readonly plan: Plan
  readonly numbered: NumberedStages
}

/** The plan with more lists known. Stages with faults are refused, and stay pending with what needs them; the others are made. */
const largerPlan: (
  ground: Ground,
  known: KnownLists,
  before: Planned
) => Effect.Effect<Planned, StoreUnavailable, CommandCode> = Effect.fnUntraced(function* (ground, known, before) {
  const planned = yield* planWith(ground, known, before)
  if (Result.isSuccess(planned)) return planned.success
  const refused = new Map(before.numbered.refused)
  for (const [stage, faults] of Map.groupBy(planned.failure, (fault) => fault.stage)) {
    const complaints = faults.flatMap((fault) => fault.complaints)
    refused.set(stage, invalid(ground.document, complaints))
  }
  return yield* largerPlan(ground, known, { ...before, numbered: { ...before.numbered, refused } })
})

/** The plan as far as the known lists decide it, or all that is wrong; what the plan of before has is not made again. */
const planWith = Effect.fnUntraced(function* (
  ground: Ground,
  known: KnownLists,
  before?: Planned
): Effect.fn.Return<Result.Result<Planned, ReadonlyArray<Fault>>, StoreUnavailable, CommandCode> {
  const { document, profile, params } = ground
  const numbered = numberStages(ground, known, before?.numbered)
  const { names } = numbered
  const added = [...names.stages.values()].slice(before?.numbered.names.stages.size)
  const given = { params, budget: new Budget(), gathering: new Budget() }
  const made = makeTasks(added, names, given)
  const { ends, faults } = bindEnds(document, names, profile)
  const wrong = [
    ...numbered.faults,
    ...made.flatMap(({ stage, tasks }) => faultOf(stage.document.id, tasks)),
    // No list changes what can be said of a stage without knowing it.
    ...(before === undefined
      ? [...names.pending].flatMap(([id, stage]) => faultOf(id, checkPending(stage, names)))
      : []),
    ...faults
  ]
  if (wrong.length > 0) return Result.fail(wrong)
  const coded = yield* planStages(ground, names, made)
  if (Result.isFailure(coded)) return Result.fail(coded.failure)
  const { stages, tasks } = coded.success
  const pending = pendingStages(numbered)
  const plan: Plan = {
    format: PLAN_FORMAT,
    name: document.name.value,
    file: document.file,
    ...(document.description === undefined ? {} : { description: document.description }),
    ...(document.paper === undefined ? {} : { paper: document.paper }),
    profile,
    params,
    stages: [...(before?.plan.stages ?? []), ...stages],
    tasks: [...(before?.plan.tasks ?? []), ...tasks],
    leftOut: [...(before?.plan.leftOut ?? []), ...added.flatMap(leftOutOf)],
    ...(pending.length === 0 ? {} : { pending }),
    sources: names.sources,
    ...(document.limits.length === 0 ? {} : { limits: countsOf(document.limits) }),
    ...ends
  }
  return Result.succeed({ plan, numbered })
})

const leftOutOf = ({ leftOut, absent }: NumberedStage) =>
  [...leftOut, ...absent].map(([task, because]) => ({ task, because }))

/** What can be said of a stage before its tasks are known. */
const checkPending = (stage: BoundStage, names: Names): Checked<unknown> =>
  both(
    checkInputs(stage, names),
    stage._tag === "Typed" ? checkParameterNames(stage.document, stage.type) : Result.succeed(undefined)
  )

/** What the tasks of all stages are made from. */
interface Given {
  readonly params: JsonMap
  readonly budget: Budget
  readonly gathering: Budget
}

/** A stage with what is to become of its tasks. */
interface MadeStage {
  readonly stage: NumberedStage
  readonly tasks: Checked<ReadonlyArray<UnplacedTask>>
}

/** The tasks of stages, which say themselves what their parameters mean: one clock looks after all. */
const makeTasks = (stages: ReadonlyArray<NumberedStage>, names: Names, given: Given): ReadonlyArray<MadeStage> => {
  /** Stage types that were alone under a clock: what one of these failed at there, the others are not asked for. */
  const slow = new Set<string>()
  const makers = stages.flatMap((stage) => {
    const make = taskMaker(stage, names, given)
    return stage.combinations.map((matrix, at) => (caller: Caller): Checked<UnplacedTask> => {
      if (slow.has(stage.type.name)) return Result.fail([])
      const made = make(matrix, at, caller)
      if (caller === limited && Result.isFailure(made)) slow.add(stage.type.name)
      return made
    })
  })
  const made = callEach(makers, (make, caller) => make(caller))
  let end = 0
  return stages.map((stage) => {
    const first = end
    end += stage.combinations.length
    return { stage, tasks: collect(made.slice(first, end)) }
  })
}

/** Makes the tasks of a stage, one by one. */
const taskMaker = (stage: NumberedStage, names: Names, { params: whole, budget, gathering }: Given) => {
  const { document, ids, index } = stage
  const params = seenParams(whole, document.view)
  const limits = {
    ...retriesOf(document),
    ...(document.timeout === undefined ? {} : { timeout: document.timeout.value })
  }
  const connect = inputsOf(stage, names, gathering)
  return (matrix: JsonMap, at: number, caller: Caller): Checked<UnplacedTask> => {
    const scope = { params, matrix, budget }
    const connected = connect(scope)
    const decoded =
      stage._tag === "Typed"
        ? typedParams(stage, scope, caller)
        : commandParams(
            stage,
            scope,
            Result.getOrElse(connected, () => ({}))
          )
    return Result.map(both(decoded, connected), ([work, inputs]) => ({
      id: ids[at] ?? document.id,
      stage: index,
      matrix,
      inputs,
      ...work,
      ...limits
    }))
  }
}

const retriesOf = ({ retries }: StageDocument): Pick<PlanTask, "retries" | "backoff"> => ({
  retries: retries?.most ?? 0,
  ...(retries?.backoff === undefined ? {} : { backoff: retries.backoff })
})

/** What a task computes with, what it may use, and how it trains. */
type Work = Pick<UnplacedTask, "params" | "resources" | "training">

const typedParams = ({ document, type }: TypedStage, scope: Scope, caller: Caller): Checked<Work> => {
  const value = document.with === undefined ? Result.succeed({}) : evaluateTemplate(document.with, scope)
  return Result.flatMap(value, (given) =>
    Result.flatMap(asMap(document, given), (map) => workOf({ document, type }, map, scope, caller))
  )
}

const workOf = (
  { document, type }: Pick<TypedStage, "document" | "type">,
  given: JsonMap,
  scope: Scope,
  caller: Caller
): Checked<Work> =>
  Result.flatMap(decodeParams(document, type, given, caller), ({ backends, params, resources }) =>
    document.backend === undefined && backends === undefined
      ? Result.succeed({ params, resources })
      : Result.map(trainingOf(document, type, backends, scope), (training) => ({ params, resources, ...training }))
  )

/** The words of a command may name the paths of its inputs; those that could not be connected have a complaint of their own. */
const commandParams = (
  { command, document }: CommandStage,
  scope: Scope,
  connected: PlanTask["inputs"]
): Checked<Work> => {
  const paths = document.inputs.map(({ port }) => {
    const input = connected[port]
    return [port, input === undefined ? "" : stagedPath(port, input)]
  })
  const line = evaluateCommand(`stage "${document.id}"`, command, { ...scope, inputs: Object.fromEntries(paths) })
  return Result.map(line, (evaluated) => ({ params: toParams(evaluated), resources: resourcesOf(document) }))
}

/** Stages that have tasks, with these: the others are as if they did not stand there. */
const planStages = Effect.fnUntraced(function* (
  { document, surroundings }: Ground,
  names: Names,
  made: ReadonlyArray<MadeStage>
) {
  const stages: Array<PlanStage> = []
  const tasks: Array<ReadonlyArray<PlanTask>> = []
  const faults: Array<Fault> = []
  for (const { stage, tasks: checked } of made) {
    const { type, first, ids, listsFrom } = stage
    const own = Result.getOrElse(checked, () => [])
    if (own.length === 0) continue
    const coded: Checked<{ readonly code: PlanCode; readonly tasks: ReadonlyArray<PlanTask> }> =
      stage._tag === "Typed"
        ? Result.map(yield* placeTasks(stage, own, surroundings), (placed) => ({
            code: stage.code,
            tasks: placed
          }))
        : yield* commandCode(document, stage, own, surroundings)
    if (Result.isFailure(coded)) {
      faults.push(...faultOf(stage.document.id, coded))
      continue
    }
    const blas: Checked<Pick<PlanStage, "blas">> =
      stage._tag === "Typed" ? yield* chooseBlas(stage.document, stage.type, surroundings) : Result.succeed({})
    if (Result.isFailure(blas)) {
      faults.push(...faultOf(stage.document.id, blas))
      continue
    }
    tasks.push(coded.success.tasks)
    stages.push({
      id: stage.document.id,
      span: stage.document.idSpan,
      stageType: type.name,
      summary: type.summary,
      ...(type.source === undefined ? {} : { source: type.source }),
      determinism: type.determinism,
      ...blas.success,
      ...(type.extends === undefined ? {} : { extends: type.extends }),
      ...(type.compatibleWith === undefined ? {} : { compatibleWith: type.compatibleWith }),
      outputs: type.outputs,
      code: coded.success.code,
      ...(listsFrom.length === 0 ? {} : { listsFrom: listsFrom.map((output) => numberedPort(output, names.stages)) }),
      ...mayLack(stage.document),
      tasks: ids.map((_, index) => first + index)
    })
  }
  return faults.length === 0 ? Result.succeed({ stages, tasks: tasks.flat() }) : Result.fail(faults)
})

/** A choice of several says itself what becomes of a task for which none is there. */
const mayLack = ({ inputs }: StageDocument): Pick<PlanStage, "mayLack"> => {
  const found = inputs.flatMap(({ port, references: [only, ...others] }): ReadonlyArray<OptionalRead> => {
    if (only?._tag !== "One" || others.length > 0 || !only.isOptional || only.written === undefined) return []
    return [{ port, stage: only.stage }]
  })
  return found.length === 0 ? {} : { mayLack: found }
}

const invalid = (document: PipelineDocument, complaints: ReadonlyArray<Diagnostic>) =>
  new PipelineInvalid({ diagnostics: inOrder(complaints, document.texts), texts: document.texts })
