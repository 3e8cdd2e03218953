/** From a document to a plan: everything that can be wrong is found here, before anything runs. */
import { Effect, Result } from "effect"
import { CommandCode } from "../code/CommandCode.ts"
import type { Diagnostic } from "../document/Diagnostic.ts"
import { inOrder, PipelineInvalid } from "../document/Diagnostic.ts"
import type { Scope } from "../document/evaluate.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import type { PipelineDocument, StageDocument } from "../document/PipelineDocument.ts"
import { Reads } from "../document/Reads.ts"
import { type ParamChoices, type ResolvedParams, resolveParams, seenParams } from "../document/resolve-params.ts"
import { type BoundStage, bindStages, type CommandStage, type TypedStage } from "./bind.ts"
import { bindExpectations } from "./bind-expectation.ts"
import { both, type Checked, collect } from "./Checked.ts"
import { toParams } from "./CommandLine.ts"
import { checkTokens, countsOf } from "./check-tokens.ts"
import { commandCode, type Surroundings } from "./command-code.ts"
import { checkInputs, connectOutput, inputsOf } from "./connect.ts"
import { asMap, checkParameterNames, type DecodedParams, decodeParams, resourcesOf } from "./decode-params.ts"
import { evaluateCommand } from "./evaluate-command.ts"
import type { GrowingPlan } from "./GrowingPlan.ts"
import type { KnownLists } from "./MadeLists.ts"
import type { Names, NumberedStage } from "./Names.ts"
import { numberedPort, numberStages } from "./number-stages.ts"
import {
  type Absences,
  type JsonMap,
  PLAN_FORMAT,
  type Plan,
  type PlanCode,
  type PlanStage,
  type PlanTask
} from "./Plan.ts"
import { findCycles, stageGraph, stageOrder } from "./stage-graph.ts"
import { stagedPath } from "./staged-path.ts"

/** Makes the plan of a pipeline. Fails with every complaint at once, in document order. */
export const makePlan = Effect.fn("Plan.make")(function* (
  document: PipelineDocument,
  choices: ParamChoices,
  surroundings: Surroundings = { reads: new Reads(), environment: process.env }
) {
  const resolved = yield* Effect.fromResult(resolveParams(document, choices))
  const ground: Ground = { document, resolved, bound: yield* bindStages(document), surroundings }
  const codes = yield* CommandCode
  const grow = (known: KnownLists, before?: Plan): ReturnType<GrowingPlan["grow"]> =>
    planWith(ground, known, before).pipe(
      Effect.map((plan) => ({ plan, grow: (more: KnownLists) => grow(more, plan) })),
      Effect.provideService(CommandCode, codes)
    )
  return yield* grow(new Map())
})

/** What a plan is made from, whatever lists are known. */
interface Ground {
  readonly document: PipelineDocument
  readonly resolved: ResolvedParams
  readonly bound: ReadonlyArray<Checked<BoundStage>>
  readonly surroundings: Surroundings
}

/** The plan as far as the known lists decide it; stages that the plan of before has are taken from it. */
const planWith = Effect.fnUntraced(function* (
  { document, resolved: { profile, params }, bound, surroundings }: Ground,
  known: KnownLists,
  before: Plan | undefined
) {
  const graph = stageGraph(document)
  const cycles = findCycles(graph)
  // With a circle there is no order; the rest is checked in the order of the file.
  const order = cycles.length === 0 ? stageOrder(graph) : document.stages.map(({ id }) => id)
  const byId = new Map(document.stages.map(({ id }, index) => [id, bound[index] ?? Result.fail([])]))
  const { names, pending, complaints } = numberStages(document, byId, order, params, known)
  const tasks = [...names.stages.values()].map((stage) => tasksBefore(stage, before) ?? makeTasks(stage, names, params))
  const unmade = [...names.pending.values()].map((stage) => checkPending(stage, names))
  const ends = bindEnds(document, names, profile)
  const failures = [
    ...cycles,
    ...complaints,
    ...checkTokens(document),
    ...[...tasks, ...unmade].flatMap((result: Checked<unknown>) => (Result.isFailure(result) ? result.failure : [])),
    ...(Result.isFailure(ends) ? ends.failure : [])
  ]
  if (failures.length > 0 || Result.isFailure(ends)) {
    return yield* invalid(document, failures)
  }
  const made = tasks.flatMap((result) => (Result.isSuccess(result) ? result.success : []))
  const { stages, tasks: tasksOf } = yield* planStages(document, names, made, surroundings, before)
  const plan: Plan = {
    format: PLAN_FORMAT,
    name: document.name.value,
    file: document.file,
    ...(document.description === undefined ? {} : { description: document.description }),
    ...(document.paper === undefined ? {} : { paper: document.paper }),
    profile,
    params,
    stages,
    tasks: tasksOf,
    leftOut: [...names.stages.values()].flatMap(({ leftOut }) =>
      Array.from(leftOut, ([task, because]) => ({ task, because }))
    ),
    ...(pending.length === 0 ? {} : { pending }),
    sources: names.sources,
    ...(document.limits.length === 0 ? {} : { limits: countsOf(document.limits) }),
    ...ends.success
  }
  return plan
})

/** What can be said of a stage before its tasks are known. */
const checkPending = (stage: BoundStage, names: Names): Checked<unknown> =>
  both(
    checkInputs(stage, names),
    stage._tag === "Typed" ? checkParameterNames(stage.document, stage.type) : Result.succeed(undefined)
  )

/** The tasks of a stage in the plan of before, which has it under the same number or not at all. */
const tasksBefore = ({ document, index, first, ids }: NumberedStage, before: Plan | undefined) => {
  if (ids.length === 0 || before?.stages[index]?.id !== document.id) return undefined
  return Result.succeed<ReadonlyArray<PlanTask>>(before.tasks.slice(first, first + ids.length))
}

const makeTasks = (stage: NumberedStage, names: Names, whole: JsonMap): Checked<ReadonlyArray<PlanTask>> => {
  const { document, ids, index, combinations } = stage
  const params = seenParams(whole, document.view)
  const limits = {
    ...retriesOf(document),
    ...(document.timeout === undefined ? {} : { timeout: document.timeout.value })
  }
  const connect = inputsOf(stage, names)
  return collect(
    combinations.map((matrix, at) => {
      const connected = connect(matrix)
      const scope = { params, matrix }
      const decoded =
        stage._tag === "Typed"
          ? typedParams(stage, scope)
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
    })
  )
}

const retriesOf = ({ retries }: StageDocument): Pick<PlanTask, "retries" | "backoff"> => ({
  retries: retries?.most ?? 0,
  ...(retries?.backoff === undefined ? {} : { backoff: retries.backoff })
})

const typedParams = ({ document, type }: TypedStage, scope: Scope): Checked<DecodedParams> => {
  const value = document.with === undefined ? Result.succeed({}) : evaluateTemplate(document.with, scope)
  return Result.flatMap(value, (given) =>
    Result.flatMap(asMap(document, given), (map) => decodeParams(document, type, map))
  )
}

/** The words of a command may name the paths of its inputs; those that could not be connected have a complaint of their own. */
const commandParams = (
  { command, document }: CommandStage,
  scope: Scope,
  connected: PlanTask["inputs"]
): Checked<DecodedParams> => {
  const paths = document.inputs.map(({ port }) => {
    const input = connected[port]
    return [port, input === undefined ? "" : stagedPath(port, input)]
  })
  const line = evaluateCommand(`stage "${document.id}"`, command, { ...scope, inputs: Object.fromEntries(paths) })
  return Result.map(line, (evaluated) => ({ params: toParams(evaluated), resources: resourcesOf(document) }))
}

/** What a run leaves for people: files copied out, expectations, figures. */
const bindEnds = (document: PipelineDocument, names: Names, profile: string) =>
  Result.gen(function* () {
    const outputs = collect(
      document.outputs.map(({ destination, reference }) =>
        Result.map(connectOutput(`outputs: ${destination.value}`, reference, names), (from) =>
          from === undefined ? [] : [{ destination: destination.value, from }]
        )
      )
    )
    const figures = collect(
      document.report.figures.map((reference) => connectOutput("report: figures", reference, names))
    )
    const [[boundOutputs, boundFigures], expectations] = yield* both(
      both(outputs, figures),
      bindExpectations(document, names, profile)
    )
    const absences: Absences = {
      expectations: expectations.absent,
      outputs: boundOutputs
        .flat()
        .flatMap(({ destination, from }) => ("absent" in from ? [{ destination, task: from.absent }] : []))
    }
    const isWhole = absences.expectations.length === 0 && absences.outputs.length === 0
    return {
      outputs: boundOutputs
        .flat()
        .flatMap(({ destination, from }) => ("absent" in from ? [] : [{ destination, from }])),
      figures: boundFigures.flatMap((port) => (port === undefined || "absent" in port ? [] : [port])),
      expectations: expectations.bound,
      ...(isWhole ? {} : { absences })
    }
  })

/** Stages that have tasks, with these: the others are as if they did not stand there. */
const planStages = Effect.fnUntraced(function* (
  document: PipelineDocument,
  names: Names,
  made: ReadonlyArray<PlanTask>,
  surroundings: Surroundings,
  before: Plan | undefined
) {
  const stages: Array<PlanStage> = []
  const tasks: Array<ReadonlyArray<PlanTask>> = []
  const complaints: Array<Diagnostic> = []
  for (const stage of names.stages.values()) {
    const { type, first, ids, listsFrom } = stage
    if (ids.length === 0) continue
    const own = made.slice(first, first + ids.length)
    const same = before?.stages[stage.index]
    if (same?.id === stage.document.id) {
      stages.push(same)
      tasks.push(own)
      continue
    }
    const coded: Checked<{ readonly code: PlanCode; readonly tasks: ReadonlyArray<PlanTask> }> =
      stage._tag === "Typed"
        ? Result.succeed({ code: stage.code, tasks: own })
        : yield* commandCode(document, stage, own, surroundings)
    if (Result.isFailure(coded)) {
      complaints.push(...coded.failure)
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
      ...(type.extends === undefined ? {} : { extends: type.extends }),
      ...(type.compatibleWith === undefined ? {} : { compatibleWith: type.compatibleWith }),
      outputs: type.outputs,
      code: coded.success.code,
      ...(listsFrom.length === 0 ? {} : { listsFrom: listsFrom.map((output) => numberedPort(output, names.stages)) }),
      tasks: ids.map((_, index) => first + index)
    })
  }
  return complaints.length === 0 ? { stages, tasks: tasks.flat() } : yield* invalid(document, complaints)
})

const invalid = (document: PipelineDocument, complaints: ReadonlyArray<Diagnostic>) =>
  new PipelineInvalid({ diagnostics: inOrder(complaints, document.texts), texts: document.texts })
