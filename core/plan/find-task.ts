/** What a reference names: a stage, an output of it, its tasks. */
import { Result } from "effect"
import { isRecord } from "../document/is-record.ts"
import { isEqual } from "../document/json-values.ts"
import { dimensionsOf, listsOf, type OneReference } from "../document/PipelineDocument.ts"
import type { Span } from "../document/Span.ts"
import { suggestion } from "../document/suggestion.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import { type AskedValue, askedValues, namesAll, writtenId } from "./asked-values.ts"
import type { BoundStage } from "./bind.ts"
import { type Checked, refuse } from "./Checked.ts"
import type { Names, NumberedStage } from "./Names.ts"
import type { JsonMap } from "./Plan.ts"
import { refuseTask } from "./refuse-task.ts"
import { parseTaskId } from "./task-id.ts"
import { valuesOf } from "./values-of.ts"

/** A stage whose tasks are known. */
export const findStage = (title: string, id: string, span: Span, names: Names): Checked<NumberedStage> => {
  const stage = names.stages.get(id)
  if (names.unbound.has(id)) return Result.fail([])
  return stage === undefined
    ? refuse(span, `${title}: unknown stage "${id}"`, suggestion(id, "stages", [...names.stages.keys()]))
    : Result.succeed(stage)
}

/** The kind of an output of a stage. */
export const findOutput = (title: string, stage: BoundStage, port: string, span: Span): Checked<ArtifactKind> => {
  const kind = stage.type.outputs[port]
  return kind === undefined || !Object.hasOwn(stage.type.outputs, port)
    ? refuse(
        span,
        `${title}: ${stage.document.id} (${stage.type.name}) has no output "${port}"`,
        suggestion(port, "has", Object.keys(stage.type.outputs))
      )
    : Result.succeed(kind)
}

/** A task by its position in `ids`; one that a condition leaves out; or none, where there may be none. */
export type Found = number | "left out" | "none"

/**
 * The task that a reference names; `undefined` when there is none and should be.
 *
 * `stage@width=500,init=3` names it in full, in any order. Dimensions that get no value there have that of the task that asks, which
 * must decide them: the bare name of a matrix stage means the task with the same values. A text is the name of a map.
 */
export const lookUpTask = (stage: NumberedStage, reference: OneReference, matrix: JsonMap): Found | undefined => {
  const { id } = stage.document
  const named = (name: string): number | "left out" | undefined =>
    stage.positions.get(name) ?? (isLeftOut(stage, name) ? "left out" : undefined)
  const exact = named(reference.task)
  if (exact !== undefined) return exact
  const asked = askedValues(stage, reference, matrix)
  if (asked === undefined) return undefined
  const mayMiss = reference.isOptional && asked.open.length === 0
  const isListed = listsOf(stage.document.matrix).length > 0
  // Of a choice all stages are asked, and most know the method that is meant by no name.
  if (mayMiss && !isListed && asked.values.some(({ name, text }) => !valuesOf(stage, name).has(text))) return "none"
  const name = writtenId(id, asked.values)
  const found = named(name)
  if (found === "left out") return found
  // Maps that differ may go by one name, in two stages.
  if (found !== undefined && hasValues(stage.combinations[found], asked.values)) return found
  if (!mayMiss) return undefined
  return stage.absent.has(name) || isListed ? "left out" : "none"
}

/** Whether a condition leaves out a task, or who makes the list below which it would stand. */
const isLeftOut = (stage: NumberedStage, task: string): boolean => {
  const { leftOut, document } = stage
  if (leftOut.has(task)) return true
  if (leftOut.size === 0 || listsOf(document.matrix).length === 0) return false
  const { values } = parseTaskId(task)
  const isAbove = values.some((_, count) => leftOut.has(writtenId(document.id, values.slice(0, count))))
  return isAbove && namesAll(dimensionsOf(document.matrix), task)
}

/** Whether a reference counts on a task that a list turned out not to have; the next time it may. */
export const isAbsent = (stage: NumberedStage, reference: OneReference): boolean => {
  const { matrix } = stage.document
  if (listsOf(matrix).length === 0 || !namesAll(dimensionsOf(matrix), reference.task)) return false
  return lookUpTask(stage, reference, {}) === undefined
}

/** Whether maps are the same: what is no map is what its name says. */
const hasValues = (combination: JsonMap = {}, values: ReadonlyArray<AskedValue>): boolean =>
  values.every(({ name, own }) => {
    const other = combination[name] ?? null
    return own === other || !isRecord(own) || !isRecord(other) || isEqual(other, own)
  })

/** The task that a reference names. */
export const findTask = (
  title: string,
  stage: NumberedStage,
  reference: OneReference,
  matrix: JsonMap
): Checked<Found> => {
  const found = lookUpTask(stage, reference, matrix)
  return found === undefined ? refuseTask(title, stage, reference, matrix) : Result.succeed(found)
}
