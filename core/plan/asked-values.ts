/** The matrix values that a reference asks for, on behalf of a task. */
import { dimensionsOf, type OneReference } from "../document/PipelineDocument.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { NumberedStage } from "./Names.ts"
import type { JsonMap } from "./Plan.ts"
import { formatValue, parseTaskId, type WrittenValue } from "./task-id.ts"

/** A value by its spelling; that which the task that asks has given is there itself. */
export interface AskedValue extends WrittenValue {
  readonly own?: Json
}

/** What a reference asks for. */
export interface AskedValues {
  /** In the order of the dimensions. */
  readonly values: ReadonlyArray<AskedValue>
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
  const [values, open]: [Array<AskedValue>, Array<string>] = [[], []]
  for (const name of dimensions) {
    const text = texts.get(name)
    if (text !== undefined) values.push({ name, text })
    else if (Object.hasOwn(matrix, name)) {
      const own = matrix[name] ?? null
      values.push({ name, text: formatValue(own), own })
    } else open.push(name)
  }
  return { values, open }
}

/** Whether the name of a task gives a value to each dimension. */
export const namesAll = (dimensions: ReadonlyArray<string>, task: string): boolean => {
  const names = parseTaskId(task).values.map(({ name }) => name)
  return names.sort().join() === dimensions.toSorted().join()
}

/** The name of a task by its written values. */
export const writtenId = (stage: string, values: ReadonlyArray<WrittenValue>): string =>
  values.length === 0 ? stage : `${stage}@${values.map(({ name, text }) => `${name}=${text}`).join(",")}`
