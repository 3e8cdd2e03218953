/** Finds the tasks whose times a figure shows. */
import { Result } from "effect"
import { dimensionsOf, listsOf, type TimesDocument } from "../document/PipelineDocument.ts"
import type { Spanned } from "../document/Span.ts"
import { suggestion } from "../document/suggestion.ts"
import { type Checked, collect, refuse } from "./Checked.ts"
import { type Fault, faultOf } from "./Fault.ts"
import type { Names } from "./Names.ts"
import type { PlanTimes, TimedTasks } from "./Plan.ts"
import { parseTaskId, stageOf, type WrittenValue } from "./task-id.ts"

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
const bindLine = (line: Spanned<string>, against: Spanned<string>, names: Names): Checked<TimedTasks> => {
  const { stage: id, values } = parseTaskId(line.value)
  const stage = names.stages.get(id)
  const asWritten = { stage: id, values: Object.fromEntries(values.map(({ name, text }) => [name, text])) }
  if (stage === undefined) return names.pending.has(id) ? Result.succeed(asWritten) : Result.fail([])
  const tasks = [...stage.ids, ...stage.leftOut.keys()].map((task) => parseTaskId(task).values)
  const dimensions = [
    ...new Set([...dimensionsOf(stage.document.matrix), ...tasks.flatMap((task) => task.map(({ name }) => name))])
  ]
  for (const { value: name, span } of [against, ...values.map((value) => ({ value: value.name, span: line.span }))]) {
    if (dimensions.includes(name)) continue
    const hint = suggestion(name, "dimensions", dimensions)
    return refuse(span, `report: times: the matrix of ${id} has no dimension "${name}"`, hint)
  }
  // What a list has this time it may not have the next time.
  if (listsOf(stage.document.matrix).length > 0) return Result.succeed(asWritten)
  const numbers = textsOf(tasks, against.value)
  if (numbers.length > 0 && !numbers.some(isNumber)) {
    const others = numbers.slice(0, SHOWN).join(", ")
    return refuse(against.span, `report: times: "${against.value}" of ${id} goes over no numbers, but ${others}`)
  }
  return Result.map(collect(values.map((value) => meantValue(value, line, tasks))), (meant) => ({
    stage: id,
    values: Object.fromEntries(meant)
  }))
}

/** Values that a complaint shows. */
const SHOWN = 4

type TaskValues = ReadonlyArray<WrittenValue>

/** The value as names of tasks write it: a text needs no quotes here. */
const meantValue = (
  { name, text }: WrittenValue,
  { value, span }: Spanned<string>,
  tasks: ReadonlyArray<TaskValues>
): Checked<readonly [name: string, text: string]> => {
  const known = textsOf(tasks, name)
  const found = known.find((one) => one === text) ?? known.find((one) => one === JSON.stringify(text))
  if (found !== undefined) return Result.succeed([name, found])
  return refuse(span, `report: times: no task of ${stageOf(value)} has ${name}=${text}`, suggestion(text, name, known))
}

const textsOf = (tasks: ReadonlyArray<TaskValues>, dimension: string): ReadonlyArray<string> => [
  ...new Set(tasks.flatMap((values) => values.flatMap(({ name, text }) => (name === dimension ? [text] : []))))
]

/** Texts that look like numbers stand in quotes. */
const isNumber = (text: string): boolean => Number.isFinite(Number(text)) && text.trim() !== ""
