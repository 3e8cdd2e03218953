/** What is wrong with a reference that no task answers to. */
import { dimensionsOf, type OneReference } from "../document/PipelineDocument.ts"
import type { Span } from "../document/Span.ts"
import { suggestion } from "../document/suggestion.ts"
import { askedValues, writtenId } from "./asked-values.ts"
import { type Checked, refuse } from "./Checked.ts"
import type { NumberedStage } from "./Names.ts"
import type { JsonMap } from "./Plan.ts"
import { parseTaskId, type WrittenValue } from "./task-id.ts"
import { valuesOf } from "./values-of.ts"

/** Says why a stage has no task of a name, with the nearest that it has. */
export const refuseTask = (
  title: string,
  stage: NumberedStage,
  reference: OneReference,
  matrix: JsonMap
): Checked<never> => {
  const { id } = stage.document
  const { task, span } = reference
  const asked = askedValues(stage, reference, matrix)
  if (asked === undefined) return refuseNames(title, stage, reference)
  const whole = writtenId(id, asked.values)
  const given = parseTaskId(task).values
  if (asked.open.length > 0 && given.length === 0) {
    return refuse(
      span,
      `${title}: ${id} has ${stage.ids.length} tasks`,
      `write ${id}.*.port for all of them, or ${stage.ids[0]}.port for one`
    )
  }
  const isWhole = given.length === dimensionsOf(stage.document.matrix).length
  const wrong = isWhole ? undefined : given.find((value) => !hasValue(stage, value))
  if (wrong !== undefined) {
    const { name, text } = wrong
    const hint = hintOf(stage, `${name}=${text}`, () => suggestion(text, name, [...valuesOf(stage, name)]))
    return refuse(placeOf(reference, wrong), `${title}: ${id} has no task with ${name}=${text}`, hint)
  }
  if (asked.open.length > 0) {
    const example = stage.ids.find((name) => given.every((value) => gives(name, value))) ?? id
    const dimensions = asked.open.join(", ")
    return refuse(
      span,
      `${title}: ${task} leaves open which ${dimensions}`,
      `write ${example}.port, or give the matrix of the stage that asks a dimension ${dimensions}`
    )
  }
  const hint = hintOf(stage, whole, () => suggestion(whole, "tasks", stage.ids))
  return refuse(span, `${title}: ${id} has no task "${isWhole ? task : whole}"`, hint)
}

/** Values of what is no dimension, or two of one. */
const refuseNames = (title: string, { document }: NumberedStage, reference: OneReference): Checked<never> => {
  const given = parseTaskId(reference.task).values
  const dimensions = dimensionsOf(document.matrix)
  const unknown = given.find(({ name }) => !dimensions.includes(name))
  if (unknown !== undefined) {
    const { name } = unknown
    const hint = suggestion(name, "dimensions", dimensions)
    return refuse(placeOf(reference, { name, text: "" }), `${title}: ${document.id} has no dimension "${name}"`, hint)
  }
  return refuse(reference.span, `${title}: ${reference.task} gives a dimension two values`)
}

const gives = (task: string, { name, text }: WrittenValue): boolean =>
  parseTaskId(task).values.some((value) => value.name === name && value.text === text)

/** Where a reference writes a value, or the name of its dimension; all that it gives, where that cannot be told. */
const placeOf = ({ written, span }: OneReference, { name, text }: WrittenValue): Span => {
  const [values, ...others] = written?.parts ?? []
  if (written === undefined || typeof values !== "string" || others.length > 0) return written?.span ?? span
  if (written.span.length !== values.length) return written.span
  let start = 1
  for (const value of parseTaskId(values).values) {
    const length = value.name.length + 1 + value.text.length
    if (value.name === name) {
      const [from, size] = text === "" ? [start, name.length] : [start + name.length + 1, text.length]
      return { ...written.span, column: written.span.column + from, length: Math.max(1, size) }
    }
    start += length + 1
  }
  return written.span
}

const hasValue = (stage: NumberedStage, { name, text }: WrittenValue): boolean => valuesOf(stage, name).has(text)

/** Hints beside names that no task of a stage has. Thousands of tasks may ask by one name: it is compared with all of them once. */
const hints = new WeakMap<NumberedStage, Map<string, string | undefined>>()

const hintOf = (stage: NumberedStage, name: string, find: () => string | undefined): string | undefined => {
  const found = hints.get(stage) ?? new Map<string, string | undefined>()
  hints.set(stage, found)
  if (!found.has(name)) found.set(name, find())
  return found.get(name)
}
