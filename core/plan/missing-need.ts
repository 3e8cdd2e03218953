/** Tasks that cannot be, because what they need is not. */
import { Result } from "effect"
import type { OneReference, Reference, StageInput } from "../document/PipelineDocument.ts"
import { suggestion } from "../document/suggestion.ts"
import { type Arity, ofDeclaration } from "../stage/Port.ts"
import { askedValues } from "./asked-values.ts"
import type { BoundStage } from "./bind.ts"
import { type Checked, refuse } from "./Checked.ts"
import { arityOf, isChoice, titleOf } from "./connect.ts"
import { type Found, lookUpTask } from "./find-task.ts"
import type { NumberedStage } from "./Names.ts"
import { isComputed, settleReference, type TaskScope } from "./settle-reference.ts"
import { taskId } from "./task-id.ts"
import { valuesOf } from "./values-of.ts"

/**
 * The first task that a task cannot do without and that a condition leaves out, of the stages known so far.
 *
 * Complains where an input has its choice of several and all that they know are other matrix values.
 */
export const missingNeed = (
  stage: BoundStage,
  scope: TaskScope,
  stages: ReadonlyMap<string, NumberedStage>
): Checked<string | undefined> => {
  for (const input of stage.document.inputs) {
    if (!isNeeded(stage, input) || input.references.at(-1)?._tag !== "One") continue
    const missing = missingInput(stage, input, scope, stages)
    if (Result.isFailure(missing) || missing.success !== undefined) return missing
  }
  return Result.succeed(undefined)
}

/**
 * Whether a task cannot do without an input: one that is not optional; or a choice of which all values are computed. These say which task
 * is meant, and with an empty input the result would bear its name all the same.
 */
const isNeeded = (stage: BoundStage, input: StageInput): boolean => {
  const arity = declaredArity(stage, input)
  return arity === "one" || (arity === "optional" && isChoice(input) && input.references.every(isComputedOne))
}

const isComputedOne = (reference: Reference): boolean => reference._tag === "One" && isComputed(reference)

const declaredArity = (stage: BoundStage, input: StageInput): Arity | undefined => {
  if (stage._tag === "Command") return arityOf(input)
  const declaration = Object.hasOwn(stage.type.inputs, input.port) ? stage.type.inputs[input.port] : undefined
  return declaration && ofDeclaration(declaration).arity
}

/** A reference with what it finds. */
interface Alternative {
  readonly reference: OneReference
  readonly producer: NumberedStage
  readonly found: Found | undefined
}

const missingInput = (
  stage: BoundStage,
  input: StageInput,
  scope: TaskScope,
  stages: ReadonlyMap<string, NumberedStage>
): Checked<string | undefined> =>
  Result.gen(function* () {
    const alternatives: Array<Alternative> = []
    for (const reference of input.references) {
      const alternative = yield* lookUp(reference, scope, stages)
      if (alternative === undefined || typeof alternative.found !== "string") return undefined
      alternatives.push(alternative)
    }
    const leftOut = alternatives.findLast(({ found }) => found === "left out")
    if (leftOut !== undefined) return leftOut.reference.task
    return isChoice(input) ? yield* refuseChoice(stage, input, alternatives, scope) : undefined
  })

const lookUp = (
  reference: Reference,
  scope: TaskScope,
  stages: ReadonlyMap<string, NumberedStage>
): Checked<Alternative | undefined> => {
  const producer = reference._tag === "One" ? stages.get(reference.stage) : undefined
  if (producer === undefined || reference._tag !== "One") return Result.succeed(undefined)
  return Result.map(settleReference(reference, scope), (settled) => ({
    reference: settled,
    producer,
    found: lookUpTask(producer, settled, scope.matrix)
  }))
}

/** No condition leaves a task out: there is nothing with these values, in any of the stages. */
const refuseChoice = (
  stage: BoundStage,
  { port, portSpan, references }: StageInput,
  alternatives: ReadonlyArray<Alternative>,
  { matrix }: TaskScope
): Checked<never> => {
  const title = `${titleOf(stage)}: input "${port}"`
  const span = references[0]?.span ?? portSpan
  const asked = alternatives.flatMap(({ producer, reference }) =>
    (askedValues(producer, reference, matrix)?.values ?? []).map((value) => ({
      ...value,
      known: valuesOf(producer, value.name)
    }))
  )
  for (const [name, values] of Map.groupBy(asked, (value) => value.name)) {
    const [first] = values
    if (first === undefined || values.some(({ known, text }) => known.has(text))) continue
    const known = new Set(values.flatMap((value) => [...value.known]))
    const message = `${title}: none of its stages has a task with ${name}=${first.text}`
    return refuse(span, message, suggestion(first.text, name, [...known]))
  }
  const message = `${title}: none of its stages has a task for ${taskId(stage.document.id, matrix)}`
  return refuse(span, message, "exclude it from the matrix, or leave it out by when:")
}
