/** From `inputs:` to the artifacts that arrive at each port of a task. */
import { Result } from "effect"
import { Budget } from "../document/Budget.ts"
import { dimensionsOf, type Reference, type StageInput } from "../document/PipelineDocument.ts"
import type { Span } from "../document/Span.ts"
import { suggestion } from "../document/suggestion.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import { type Arity, ofDeclaration, type Port } from "../stage/Port.ts"
import type { StageType } from "../stage/StageType.ts"
import type { BoundStage } from "./bind.ts"
import { type Checked, collect, refuse } from "./Checked.ts"
import { findOutput, findStage, findTask, isAbsent } from "./find-task.ts"
import type { Names, NumberedStage } from "./Names.ts"
import type { JsonMap, Origin, PlanInput, PlanPort } from "./Plan.ts"
import { isComputed, settleReference, type TaskScope } from "./settle-reference.ts"
import { parseTaskId } from "./task-id.ts"

/** The inputs of a task by port. */
type Inputs = { readonly [port: string]: PlanInput }

/**
 * Binds the inputs of a stage's tasks, each by its matrix values and what its expressions name beside them: every port that its stage
 * type declares, and no other.
 *
 * What does not depend on the matrix is bound once, and is one object for all tasks: thousands may read a fan-in of
 * thousands. What is gathered anew for each task is taken from a budget.
 */
export const inputsOf = (
  stage: BoundStage,
  names: Names,
  gathering = new Budget()
): ((scope: TaskScope) => Checked<Inputs>) => {
  const checked = checkPortNames(stage, names)
  if (Result.isFailure(checked)) return () => Result.fail(checked.failure)
  const ports = Object.entries(inputPorts(stage, names)).map(([name, declaration]) =>
    portOf(stage, name, ofDeclaration(declaration), { names, gathering })
  )
  const bind = (scope: TaskScope): Checked<Inputs> =>
    Result.map(
      collect(ports.map(({ name, bind }) => Result.map(bind(scope), (input) => [name, input] as const))),
      (bound) => Object.fromEntries(bound.flatMap(([name, input]) => (input === undefined ? [] : [[name, input]])))
    )
  if (ports.some(({ dependsOnMatrix }) => dependsOnMatrix)) return bind
  const same = bind(NO_TASK)
  return () => same
}

/** A port, and what arrives at it; nothing at an optional one for which there is nothing. */
interface BoundPort {
  readonly name: string
  readonly dependsOnMatrix: boolean
  readonly bind: (scope: TaskScope) => Checked<PlanInput | undefined>
}

/** For what does not depend on who asks. */
const NO_TASK: TaskScope = { matrix: {} }

/** Steps of a budget for an artifact that is gathered: two million are. */
const GATHERED = 10

const portOf = (
  stage: BoundStage,
  name: string,
  port: Port,
  { names, gathering }: { readonly names: Names; readonly gathering: Budget }
): BoundPort => {
  const title = titleOf(stage)
  const input = stage.document.inputs.find((candidate) => candidate.port === name)
  if (input === undefined) {
    const nothing: Checked<undefined> =
      port.arity === "optional" ? Result.succeed(undefined) : refuseMissing(title, stage, name, port)
    return { name, dependsOnMatrix: false, bind: () => nothing }
  }
  const bind = (scope: TaskScope) => connectPort(title, input, port, scope, names)
  if (input.references.some((reference) => takesMatrix(reference, names))) {
    const steps = GATHERED * gatheredBy(input, names)
    const tooMany = refuse(input.portSpan, `${title}: input "${name}" gathers too many artifacts, for each task anew`)
    return { name, dependsOnMatrix: true, bind: (scope) => (gathering.take(steps) ? bind(scope) : tooMany) }
  }
  const same = bind(NO_TASK)
  return { name, dependsOnMatrix: false, bind: () => same }
}

/** How many artifacts arrive at an input whatever the matrix values are. */
const gatheredBy = ({ references }: StageInput, { stages }: Names): number =>
  references.reduce((sum, ref) => sum + (ref._tag === "All" ? (stages.get(ref.stage)?.ids.length ?? 0) : 0), 0)

/** Whether a reference takes matrix values from the task that asks: by expressions, or because it does not give them all. */
const takesMatrix = (reference: Reference, names: Names): boolean =>
  reference._tag === "One" &&
  (isComputed(reference) ||
    parseTaskId(reference.task).values.length < dimensionsOf(names.stages.get(reference.stage)?.document.matrix).length)

/** The ports of a stage: those that its stage type declares; those that a command is given, of the kind of what comes. */
const inputPorts = (stage: BoundStage, names: Names): StageType["inputs"] => {
  if (stage._tag === "Typed") return stage.type.inputs
  return Object.fromEntries(
    stage.document.inputs.map((input) => [
      input.port,
      { kind: kindOf(input.references[0], names) ?? "Json", arity: arityOf(input) }
    ])
  )
}

/** A command takes whatever comes: a list where a list is written, and nothing where there may be nothing. */
export const arityOf = ({ isList, references: [first] }: StageInput): Arity => {
  if (isList || first?._tag === "All") return "many"
  return isOptional(first) ? "optional" : "one"
}

/** Whether a reference may name no task. */
export const isOptional = (reference: Reference | undefined): boolean =>
  reference?._tag === "One" && reference.isOptional

/** Whether a list names alternatives, `[fast.model?, slow.model]`, of which the first counts that is there. */
export const isChoice = ({ isList, references }: StageInput): boolean =>
  isList && references.length > 1 && references.slice(0, -1).every(isOptional)

/** The kind of what a reference names; `undefined` where it names nothing, which is complained of elsewhere. */
const kindOf = (reference: Reference | undefined, names: Names): ArtifactKind | undefined => {
  if (reference === undefined) return undefined
  if (reference._tag === "Source") return names.sources.find(({ name }) => name === reference.source)?.kind
  const outputs = (names.stages.get(reference.stage) ?? names.pending.get(reference.stage))?.type.outputs
  return outputs !== undefined && Object.hasOwn(outputs, reference.port) ? outputs[reference.port] : undefined
}

/** What complaints about a stage begin with. */
export const titleOf = ({ document, type }: BoundStage): string => `stage "${document.id}" (${type.name})`

/** Complains of inputs that the stage type does not take. */
const checkPortNames = (stage: BoundStage, names: Names): Checked<unknown> => {
  const declared = inputPorts(stage, names)
  const known = Object.keys(declared)
  return collect(
    stage.document.inputs
      .filter(({ port }) => !Object.hasOwn(declared, port))
      .map(({ port, portSpan }) =>
        refuse(portSpan, `${titleOf(stage)}: unknown input "${port}"`, suggestion(port, "takes", known))
      )
  )
}

/** What can be said of the inputs of a stage before its tasks are known: names of ports and outputs, and kinds. */
export const checkInputs = (stage: BoundStage, names: Names): Checked<unknown> =>
  Result.gen(function* () {
    const title = titleOf(stage)
    yield* checkPortNames(stage, names)
    yield* collect(
      Object.entries(inputPorts(stage, names)).map(([name, declaration]) => {
        const port = ofDeclaration(declaration)
        const input = stage.document.inputs.find((candidate) => candidate.port === name)
        if (input === undefined) {
          return port.arity === "optional" ? Result.succeed([]) : refuseMissing(title, stage, name, port)
        }
        return collect(input.references.map((reference) => checkKind(title, input, reference, port, names)))
      })
    )
  })

const checkKind = (
  title: string,
  input: StageInput,
  reference: Reference,
  port: Port,
  names: Names
): Checked<unknown> => {
  if (reference._tag === "Source") {
    const source = names.sources.find(({ name }) => name === reference.source)
    return source === undefined || source.kind === port.kind
      ? Result.succeed(undefined)
      : refuseKind(title, input, reference.span, port, { kind: source.kind, label: `sources.${source.name}` })
  }
  const producer = names.stages.get(reference.stage) ?? names.pending.get(reference.stage)
  if (producer === undefined) return Result.succeed(undefined)
  return Result.flatMap(findOutput(title, producer, reference.port, reference.span), (kind) =>
    kind === port.kind
      ? Result.succeed(undefined)
      : refuseKind(title, input, reference.span, port, { kind, label: `${reference.stage}.${reference.port}` })
  )
}

const refuseKind = (
  title: string,
  { port: name }: StageInput,
  span: Span,
  port: Port,
  { kind, label }: Pick<Item, "kind" | "label">
): Checked<never> =>
  refuse(
    span,
    `${title}: input "${name}" takes a ${port.kind}, but ${label} is a ${kind}`,
    "the kind produced must be the kind consumed"
  )

const refuseMissing = (title: string, { document }: BoundStage, name: string, { kind }: Port): Checked<never> =>
  refuse(document.idSpan, `${title}: missing input "${name}" (${kind})`, `add   inputs: { ${name}: stage.port }`)

/** What arrives at a port; nothing at an optional one whose task a condition leaves out. */
const connectPort = (
  title: string,
  input: StageInput,
  port: Port,
  scope: TaskScope,
  names: Names
): Checked<PlanInput | undefined> =>
  Result.flatMap(
    collect(input.references.map((reference) => resolveItems(title, reference, scope, names))),
    (resolved) => fillPort(title, input, port, resolved)
  )

const fillPort = (
  title: string,
  input: StageInput,
  port: Port,
  resolved: ReadonlyArray<ReadonlyArray<Item>>
): Checked<PlanInput | undefined> => {
  for (const [index, items] of resolved.entries()) {
    const wrong = items.find(({ kind }) => kind !== port.kind)
    const span = input.references[index]?.span ?? input.portSpan
    if (wrong !== undefined) return refuseKind(title, input, span, port, wrong)
  }
  const items = resolved.flat()
  if (port.arity === "many") {
    const parts = items.map((item) => ({ matrix: item.matrix, origin: item.origin }))
    return Result.succeed({ _tag: "Many", kind: port.kind, items: parts })
  }
  const last = input.references.at(-1)
  if (port.arity === "one" && isOptional(last) && !isChoice(input)) {
    return refuse(
      last?.span ?? input.portSpan,
      `${title}: input "${input.port}" takes one ${port.kind}, and cannot do without`,
      "leave out the ?, or write [a.port?, b.port?]: the first that is there"
    )
  }
  const [only] = items
  if (only === undefined && port.arity === "optional") return Result.succeed(undefined)
  if (only !== undefined && isChoice(input)) {
    return Result.succeed({ _tag: "One", kind: port.kind, origin: only.origin })
  }
  if (only === undefined || items.length > 1 || input.isList || input.references[0]?._tag === "All") {
    return refuse(
      input.references[0]?.span ?? input.portSpan,
      `${title}: input "${input.port}" takes one ${port.kind}, not a list of them`,
      "name one task: stage@key=value.port"
    )
  }
  return Result.succeed({ _tag: "One", kind: port.kind, origin: only.origin })
}

interface Item {
  readonly kind: ArtifactKind
  readonly matrix: JsonMap
  readonly origin: Origin
  /** What the complaint calls it. */
  readonly label: string
}

const resolveItems = (
  title: string,
  reference: Reference,
  scope: TaskScope,
  names: Names
): Checked<ReadonlyArray<Item>> => {
  if (reference._tag === "Source") return Result.map(findSource(title, reference, names), (item) => [item])
  const stage = findStage(title, reference.stage, reference.span, names)
  if (Result.isFailure(stage)) return Result.fail(stage.failure)
  const producer = stage.success
  return Result.flatMap(findOutput(title, producer, reference.port, reference.span), (kind) =>
    Result.map(positionsOf(title, producer, reference, scope), (positions) =>
      positions.map((index) => ({
        kind,
        matrix: producer.combinations[index] ?? {},
        origin: { _tag: "Task", task: producer.first + index, port: reference.port },
        label: `${producer.document.id}.${reference.port}`
      }))
    )
  )
}

type SourceReference = Extract<Reference, { readonly _tag: "Source" }>

const findSource = (title: string, { source: name, span }: SourceReference, names: Names): Checked<Item> => {
  const index = names.sources.findIndex((source) => source.name === name)
  const source = names.sources[index]
  if (source === undefined) {
    const known = names.sources.map((each) => each.name)
    return refuse(span, `${title}: unknown source "${name}"`, suggestion(name, "sources", known))
  }
  const origin = { _tag: "Source", source: index } as const
  return Result.succeed({ kind: source.kind, matrix: {}, origin, label: `sources.${name}` })
}

/** The tasks of a stage that a reference means, by their positions. */
const positionsOf = (
  title: string,
  stage: NumberedStage,
  reference: Exclude<Reference, SourceReference>,
  scope: TaskScope
): Checked<ReadonlyArray<number>> => {
  if (reference._tag === "All") return Result.succeed(stage.ids.map((_, index) => index))
  const found = Result.flatMap(settleReference(reference, scope), (settled) =>
    findTask(title, stage, settled, scope.matrix)
  )
  return Result.map(found, (position) => (typeof position === "number" ? [position] : []))
}

/** A task that a list does not have this time. */
export interface AbsentTask {
  readonly absent: string
}

/**
 * The one output port that `outputs:` or `report:` names; `undefined` when a condition leaves out its task, or it is not
 * known yet.
 */
export const connectOutput = (
  title: string,
  reference: Reference,
  names: Names
): Checked<PlanPort | AbsentTask | undefined> =>
  Result.gen(function* () {
    const pending = reference._tag === "Source" ? undefined : names.pending.get(reference.stage)
    if (pending !== undefined && reference._tag !== "Source") {
      yield* findOutput(title, pending, reference.port, reference.span)
      return undefined
    }
    const stage = reference._tag === "One" ? names.stages.get(reference.stage) : undefined
    if (stage !== undefined && reference._tag === "One" && isAbsent(stage, reference)) {
      yield* findOutput(title, stage, reference.port, reference.span)
      return { absent: reference.task }
    }
    const items = yield* resolveItems(title, reference, NO_TASK, names)
    const [item] = items
    if (item === undefined && reference._tag === "One") return undefined
    if (item === undefined || items.length > 1 || item.origin._tag !== "Task") {
      return yield* refuse(reference.span, `${title}: name one output of one task`)
    }
    return { task: item.origin.task, port: item.origin.port }
  })
