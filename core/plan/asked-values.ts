/** The matrix values that a reference asks for, on behalf of a task. */
import { dimensionsOf, type OneReference } from "../document/PipelineDocument.ts"
import type { NumberedStage } from "./Names.ts"
import type { JsonMap } from "./Plan.ts"
import { formatValue, parseTaskId, type WrittenValue } from "./task-id.ts"

/** What a reference asks for. */
export interface AskedValues {
  /** In the order of the dimensions. */
  readonly values: ReadonlyArray<WrittenValue>
  /** Those that the task that asks has given. */
  readonly own: JsonMap
  /** Dimensions that nobody has given a value. */
  readonly open: ReadonlyArray<string>
}

/** Of each dimension the value that a reference gives, or else the task that asks; `undefined` where it gives others, or one twice. */
export const askedValues = (
  { document }: NumberedStage,
  { task }: OneReference,
  matrix: JsonMap
): AskedValues | undefined => {
  const dimensions = dimensionsOf(document.matrix)
  const given = parseTaskId(task).values
  const texts = new Map(given.map(({ name, text }) => [name, text]))
  if (texts.size < given.length || given.some(({ name }) => !dimensions.includes(name))) return undefined
  const isOwn = (name: string): boolean => !texts.has(name) && Object.hasOwn(matrix, name)
  const own = Object.fromEntries(dimensions.filter(isOwn).map((name) => [name, matrix[name] ?? null]))
  const textOf = (name: string): string | undefined =>
    texts.get(name) ?? (isOwn(name) ? formatValue(own[name] ?? null) : undefined)
  const values = dimensions.flatMap((name) => {
    const text = textOf(name)
    return text === undefined ? [] : [{ name, text }]
  })
  return { values, own, open: dimensions.filter((name) => textOf(name) === undefined) }
}

/** Whether the name of a task gives a value to each dimension. */
export const namesAll = (dimensions: ReadonlyArray<string>, task: string): boolean => {
  const names = parseTaskId(task).values.map(({ name }) => name)
  return names.sort().join() === dimensions.toSorted().join()
}

/** The name of a task by its written values. */
export const writtenId = (stage: string, values: ReadonlyArray<WrittenValue>): string =>
  values.length === 0 ? stage : `${stage}@${values.map(({ name, text }) => `${name}=${text}`).join(",")}`
