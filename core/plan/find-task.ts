/** What a reference names: a stage, an output of it, its tasks. */
import { Result } from "effect"
import { isEqual } from "../document/json-values.ts"
import { dimensionsOf, listsOf, type OneReference } from "../document/PipelineDocument.ts"
import type { Span } from "../document/Span.ts"
import { suggestion } from "../document/suggestion.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import type { BoundStage } from "./bind.ts"
import { type Checked, refuse } from "./Checked.ts"
import type { Names, NumberedStage } from "./Names.ts"
import type { JsonMap } from "./Plan.ts"
import { parseTaskId, taskId, type WrittenValue } from "./task-id.ts"

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

/** A task by its position in `ids`, or one that a condition leaves out. */
type Found = number | "left out"

/**
 * The task that a reference names; `undefined` when there is none and should be.
 *
 * `stage@width=500,init=3` names it in full, in any order; the bare name of a matrix stage means the task with the
 * matrix values of the task that asks, which must decide it.
 */
export const lookUpTask = (
  stage: NumberedStage,
  { task, isOptional }: OneReference,
  matrix: JsonMap
): Found | undefined => {
  const { id } = stage.document
  const dimensions = dimensionsOf(stage.document.matrix)
  const named = (name: string): Found | undefined =>
    stage.positions.get(name) ?? (isLeftOut(stage, name) ? "left out" : undefined)
  const exact = named(task) ?? named(inOwnOrder(stage, task))
  if (exact !== undefined) return exact
  if (task !== id) return isOptional && namesAll(dimensions, task) ? "left out" : undefined
  const shared = Object.fromEntries(
    dimensions.flatMap((name) => (Object.hasOwn(matrix, name) ? [[name, matrix[name] ?? null]] : []))
  )
  const found = named(taskId(id, shared))
  // Maps that differ may go by one name, in two stages.
  if (found !== undefined && (typeof found !== "number" || hasValues(stage.combinations[found], shared))) return found
  return isOptional && dimensions.every((name) => Object.hasOwn(shared, name)) ? "left out" : undefined
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

/** Whether the name of a task gives a value to each dimension. */
const namesAll = (dimensions: ReadonlyArray<string>, task: string): boolean => {
  const names = parseTaskId(task).values.map(({ name }) => name)
  return names.sort().join() === dimensions.toSorted().join()
}

const hasValues = (combination: JsonMap = {}, values: JsonMap): boolean =>
  Object.entries(values).every(([name, value]) => isEqual(combination[name] ?? null, value))

/** The task that a reference names. */
export const findTask = (
  title: string,
  stage: NumberedStage,
  reference: OneReference,
  matrix: JsonMap
): Checked<Found> => {
  const { id } = stage.document
  const { task, span } = reference
  const found = lookUpTask(stage, reference, matrix)
  if (found !== undefined) return Result.succeed(found)
  if (task !== id) return refuse(span, `${title}: ${id} has no task "${task}"`, nearestTask(stage, task))
  return refuse(
    span,
    `${title}: ${id} has ${stage.ids.length} tasks`,
    `write ${id}.*.port for all of them, or ${stage.ids[0]}.port for one`
  )
}

/** Hints beside names that no task of a stage has. Thousands of tasks may ask by one name: it is compared with all of them once. */
const nearestTasks = new WeakMap<NumberedStage, Map<string, string | undefined>>()

const nearestTask = (stage: NumberedStage, name: string): string | undefined => {
  const hints = nearestTasks.get(stage) ?? new Map<string, string | undefined>()
  nearestTasks.set(stage, hints)
  if (!hints.has(name)) hints.set(name, suggestion(name, "tasks", stage.ids))
  return hints.get(name)
}

/** `stage@b=2,a=1` with its values in the order of the matrix. */
const inOwnOrder = (stage: NumberedStage, task: string): string => {
  const { id } = stage.document
  const order = dimensionsOf(stage.document.matrix)
  const values = parseTaskId(task).values.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  return writtenId(id, values)
}

const writtenId = (stage: string, values: ReadonlyArray<WrittenValue>): string =>
  values.length === 0 ? stage : `${stage}@${values.map(({ name, text }) => `${name}=${text}`).join(",")}`
