/** From a document to a plan: everything that can be wrong is found here, before anything runs. */
import { Effect, Result } from "effect"
import type { Diagnostic } from "../document/Diagnostic.ts"
import { inOrder, PipelineInvalid } from "../document/Diagnostic.ts"
import type { Scope } from "../document/evaluate.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import type { PipelineDocument, StageDocument } from "../document/PipelineDocument.ts"
import { Reads } from "../document/Reads.ts"
import { type ParamChoices, resolveParams, seenParams } from "../document/resolve-params.ts"
import type { Template } from "../document/Template.ts"
import { canonicalText } from "../store/Digest.ts"
import { type BoundStage, bindStages, type CommandStage, type TypedStage } from "./bind.ts"
import { bindExpectations } from "./bind-expectation.ts"
import { both, type Checked, collect, refuse } from "./Checked.ts"
import { toParams } from "./CommandLine.ts"
import { checkTokens, countsOf } from "./check-tokens.ts"
import { commandCode, type Surroundings } from "./command-code.ts"
import { connectInputs, connectOutput, missingNeed, type Names, type NumberedStage } from "./connect.ts"
import { asMap, type DecodedParams, decodeParams, resourcesOf } from "./decode-params.ts"
import { evaluateCommand } from "./evaluate-command.ts"
import { expandMatrix } from "./expand-matrix.ts"
import { type JsonMap, PLAN_FORMAT, type Plan, type PlanCode, type PlanStage, type PlanTask } from "./Plan.ts"
import { findCycles, stageGraph, stageOrder } from "./stage-graph.ts"
import { stagedPath } from "./staged-path.ts"
import { taskId } from "./task-id.ts"

/** Makes the plan of a pipeline. Fails with every complaint at once, in document order. */
export const makePlan = Effect.fn("Plan.make")(function* (
  document: PipelineDocument,
  choices: ParamChoices,
  surroundings: Surroundings = { reads: new Reads(), environment: process.env }
) {
  const { profile, params } = yield* Effect.fromResult(resolveParams(document, choices))
  const bound = yield* bindStages(document)
  const graph = stageGraph(document)
  const cycles = findCycles(graph)
  // With a circle there is no order; the rest is checked in the order of the file.
  const order = cycles.length === 0 ? stageOrder(graph) : document.stages.map(({ id }) => id)
  const { names, complaints } = numberStages(document, bound, order, params)
  const tasks = [...names.stages.values()].map((stage) => makeTasks(stage, names, params))
  const ends = bindEnds(document, names, profile)
  const failures = [
    ...cycles,
    ...complaints,
    ...checkTokens(document),
    ...tasks.flatMap((result) => (Result.isFailure(result) ? result.failure : [])),
    ...(Result.isFailure(ends) ? ends.failure : [])
  ]
  if (failures.length > 0 || Result.isFailure(ends)) {
    return yield* invalid(document, failures)
  }
  const tasksOf = tasks.flatMap((result) => (Result.isSuccess(result) ? result.success : []))
  const stages = yield* planStages(document, names, tasksOf, surroundings)
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
    sources: names.sources,
    ...(document.limits.length === 0 ? {} : { limits: countsOf(document.limits) }),
    ...ends.success
  }
  return plan
})

/** Expands every matrix and numbers the tasks, stage by stage, so that each task follows those it needs. */
const numberStages = (
  document: PipelineDocument,
  bound: ReadonlyArray<Checked<BoundStage>>,
  order: ReadonlyArray<string>,
  params: JsonMap
): { readonly names: Names; readonly complaints: ReadonlyArray<Diagnostic> } => {
  const byId = new Map(document.stages.map(({ id }, index) => [id, bound[index] as Checked<BoundStage>]))
  const complaints: Array<Diagnostic> = []
  const stages = new Map<string, NumberedStage>()
  const unbound = new Set<string>()
  let [index, first] = [0, 0]
  for (const id of order) {
    const numbered = Result.gen(function* () {
      const stage = yield* byId.get(id) ?? Result.fail<ReadonlyArray<Diagnostic>>([])
      const { combinations, leftOut } = yield* chosenTasks(stage, stages, seenParams(params, stage.document.view))
      const ids = combinations.map((matrix) => taskId(id, matrix))
      const positions = new Map(ids.map((task, index) => [task, index]))
      return { ...stage, index, first, combinations, ids, positions, leftOut }
    })
    if (Result.isFailure(numbered)) {
      complaints.push(...numbered.failure)
      unbound.add(id)
      continue
    }
    stages.set(id, numbered.success)
    first += numbered.success.ids.length
    if (numbered.success.ids.length > 0) index++
  }
  const sources = document.sources.map(({ name, nameSpan, path, kind }) => ({
    name,
    path: path.value,
    kind: kind.value,
    span: nameSpan
  }))
  return { names: { stages, unbound, sources }, complaints }
}

/** The combinations of a matrix that `when:` lets through, and whose inputs it lets through. */
const chosenTasks = (
  stage: BoundStage,
  earlier: ReadonlyMap<string, NumberedStage>,
  params: JsonMap
): Checked<Pick<NumberedStage, "combinations" | "leftOut">> =>
  Result.gen(function* () {
    const { id, matrix, when } = stage.document
    const leftOut = new Map<string, string>()
    const combinations: Array<JsonMap> = []
    for (const values of yield* expandMatrix(id, matrix, params)) {
      const isWanted = when === undefined || (yield* condition(id, when, { params, matrix: values }))
      const missing = isWanted ? missingNeed(stage, values, earlier) : undefined
      if (isWanted && missing === undefined) combinations.push(values)
      else leftOut.set(taskId(id, values), missing === undefined ? "its condition is false" : `it needs ${missing}`)
    }
    return { combinations, leftOut }
  })

const condition = (id: string, when: Template, scope: Scope): Checked<boolean> =>
  Result.flatMap(evaluateTemplate(when, scope), (value) =>
    typeof value === "boolean"
      ? Result.succeed(value)
      : refuse(when.span, `stage "${id}": when is ${canonicalText(value)}, expected true or false`)
  )

const makeTasks = (stage: NumberedStage, names: Names, whole: JsonMap): Checked<ReadonlyArray<PlanTask>> => {
  const params = seenParams(whole, stage.document.view)
  return collect(
    stage.combinations.map((matrix, at) =>
      Result.gen(function* () {
        const connected = connectInputs(stage, matrix, names)
        const [decoded, inputs] = yield* both(
          stage._tag === "Typed"
            ? typedParams(stage, { params, matrix })
            : commandParams(
                stage,
                { params, matrix },
                Result.getOrElse(connected, () => ({}))
              ),
          connected
        )
        return {
          id: stage.ids[at] ?? stage.document.id,
          stage: stage.index,
          matrix,
          inputs,
          ...decoded,
          ...retriesOf(stage.document),
          ...(stage.document.timeout === undefined ? {} : { timeout: stage.document.timeout.value })
        }
      })
    )
  )
}

const retriesOf = ({ retries }: StageDocument): Pick<PlanTask, "retries" | "backoff"> => ({
  retries: retries?.most ?? 0,
  ...(retries?.backoff === undefined ? {} : { backoff: retries.backoff })
})

const typedParams = ({ document, type }: TypedStage, scope: Scope): Checked<DecodedParams> =>
  Result.gen(function* () {
    const given = document.with
    const value = given === undefined ? {} : yield* evaluateTemplate(given, scope)
    return yield* decodeParams(document, type, yield* asMap(document, value))
  })

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
    return {
      outputs: boundOutputs.flat(),
      figures: boundFigures.filter((port) => port !== undefined),
      expectations
    }
  })

/** Stages that have tasks: the others are as if they did not stand there. */
const planStages = Effect.fnUntraced(function* (
  document: PipelineDocument,
  names: Names,
  tasks: ReadonlyArray<PlanTask>,
  surroundings: Surroundings
) {
  const stages: Array<PlanStage> = []
  const complaints: Array<Diagnostic> = []
  for (const stage of names.stages.values()) {
    const { type, first, ids } = stage
    if (ids.length === 0) continue
    const code: Checked<PlanCode> =
      stage._tag === "Typed"
        ? Result.succeed(stage.code)
        : yield* commandCode(document, stage, tasks.slice(first, first + ids.length), surroundings)
    if (Result.isFailure(code)) {
      complaints.push(...code.failure)
      continue
    }
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
      code: code.success,
      tasks: ids.map((_, index) => first + index)
    })
  }
  return complaints.length === 0 ? stages : yield* invalid(document, complaints)
})

const invalid = (document: PipelineDocument, complaints: ReadonlyArray<Diagnostic>) =>
  new PipelineInvalid({ diagnostics: inOrder(complaints, document.texts), texts: document.texts })
