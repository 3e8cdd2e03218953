/** Finds the tasks whose times a figure shows. */
import { Result } from "effect"
import { dimensionsOf, listsOf, type TimesDocument } from "../document/PipelineDocument.ts"
import type { Spanned } from "../document/Span.ts"
import { suggestion } from "../document/suggestion.ts"
import { type Checked, refuse } from "./Checked.ts"
import { type Fault, faultOf } from "./Fault.ts"
import type { Names, NumberedStage } from "./Names.ts"
import type { PlanTimes, TimedTasks } from "./Plan.ts"
import { parseTaskId, stageOf } from "./task-id.ts"

/** The figure as far as it could be bound, and the faults of stages that do not have what it asks for. */
export const bindTimes = (
  { stages, against, title }: TimesDocument,
  names: Names
): { readonly figure: PlanTimes; readonly faults: ReadonlyArray<Fault> } => {
  const lines = stages.map((line) => ({ stage: stageOf(line.value), bound: bindLine(line, against, names) }))
  return {
    figure: {
      lines: lines.flatMap(({ bound }) => (Result.isSuccess(bound) ? [bound.success] : [])),
      against: against.value,
      ...(title === undefined ? {} : { title })
    },
    faults: lines.flatMap(({ stage, bound }) => faultOf(stage, bound))
  }
}

/** Of a stage whose tasks are not known yet nothing can be checked. */
const bindLine = ({ value, span }: Spanned<string>, against: Spanned<string>, names: Names): Checked<TimedTasks> => {
  const { stage: id, values } = parseTaskId(value)
  const line = { stage: id, values: Object.fromEntries(values.map(({ name, text }) => [name, text])) }
  const stage = names.stages.get(id)
  if (stage === undefined) return names.pending.has(id) ? Result.succeed(line) : Result.fail([])
  const tasks = [...stage.ids, ...stage.leftOut.keys()].map((task) => parseTaskId(task).values)
  const dimensions = [...new Set([...dimensionsIn(stage), ...tasks.flatMap((task) => task.map(({ name }) => name))])]
  for (const { name, at } of [
    { name: against.value, at: against.span },
    ...values.map(({ name }) => ({ name, at: span }))
  ]) {
    if (dimensions.includes(name)) continue
    return refuse(
      at,
      `report: times: the matrix of ${id} has no dimension "${name}"`,
      suggestion(name, "dimensions", dimensions)
    )
  }
  // What a list has this time it may not have the next time.
  if (listsOf(stage.document.matrix).length > 0) return Result.succeed(line)
  for (const { name, text } of values) {
    const known = textsOf(tasks, name)
    if (known.includes(text)) continue
    return refuse(span, `report: times: no task of ${id} has ${name}=${text}`, suggestion(text, name, known))
  }
  const numbers = textsOf(tasks, against.value)
  if (numbers.length > 0 && !numbers.some(isNumber)) {
    return refuse(
      against.span,
      `report: times: "${against.value}" of ${id} goes over no numbers, but ${numbers.slice(0, SHOWN).join(", ")}`
    )
  }
  return Result.succeed(line)
}

/** Values that a complaint shows. */
const SHOWN = 4

const dimensionsIn = ({ document }: NumberedStage): ReadonlyArray<string> => dimensionsOf(document.matrix)

const textsOf = (
  tasks: ReadonlyArray<ReturnType<typeof parseTaskId>["values"]>,
  dimension: string
): ReadonlyArray<string> => [
  ...new Set(tasks.flatMap((values) => values.flatMap(({ name, text }) => (name === dimension ? [text] : []))))
]

/** Texts that look like numbers stand in quotes. */
const isNumber = (text: string): boolean => Number.isFinite(Number(text)) && text.trim() !== ""
