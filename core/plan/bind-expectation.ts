/** Finds the tasks behind an expected metric. */
import { Result } from "effect"
import { dimensionsOf, type ExpectationDocument, listsOf } from "../document/PipelineDocument.ts"
import { suggestion } from "../document/suggestion.ts"
import { type Checked, refuse } from "./Checked.ts"
import type { Names, NumberedStage } from "./Names.ts"
import type { PlanExpectation } from "./Plan.ts"
import { parseTaskId, stageInMetric, taskEnd } from "./task-id.ts"

/** An expectation of a task that is absent. */
interface Absent {
  readonly absent: ExpectationDocument
}

type Bound = PlanExpectation | Absent | undefined

/**
 * `curves.growth@width=500` is a metric of the task `curves`; `train@width=500.loss` one of all tasks of `train` that have this
 * value, or of the one that has; `train.loss` one of all of them. Nothing for tasks that a condition leaves out. Whether a stage
 * records the metric is known only when it has run.
 */
export const bindExpectation = (expected: ExpectationDocument, names: Names): Checked<Bound> => {
  const { value: text, span } = expected.metric
  const id = stageInMetric(text)
  const stage = names.stages.get(id)
  if (names.unbound.has(id)) return Result.fail([])
  if (names.pending.has(id)) return Result.succeed({ absent: expected })
  if (stage === undefined) {
    return refuse(
      span,
      `expect: unknown stage "${id}" in "${text}"`,
      suggestion(id, "stages", [...names.stages.keys()])
    )
  }
  // A task's name may hold dots, as in beta=0.1: the task is the one whose whole name stands before the metric.
  const index = stage.ids.findIndex((task) => text.startsWith(`${task}.`) && text.length > task.length + 1)
  const task = stage.ids[index]
  if (task !== undefined) {
    return Result.succeed({ task: stage.first + index, metric: text.slice(task.length + 1), expected })
  }
  if ([...stage.leftOut.keys()].some((name) => text.startsWith(`${name}.`))) return Result.succeed(undefined)
  return bindEvery(expected, id, stage)
}

/** Binds an expectation of every task with some values, or of all that a stage has. */
const bindEvery = (expected: ExpectationDocument, id: string, stage: NumberedStage): Checked<Bound> => {
  const { value: text, span } = expected.metric
  const dimensions = dimensionsOf(stage.document.matrix)
  const name = text.slice(0, taskEnd(text, 0) ?? id.length)
  const { values } = parseTaskId(name)
  const unknown = values.find((value) => !dimensions.includes(value.name))
  if (unknown !== undefined && dimensions.length > 0) {
    const hint = suggestion(unknown.name, "dimensions", dimensions)
    return refuse(span, `expect: "${text}": ${id} has no dimension "${unknown.name}"`, hint)
  }
  const asked = values.map((value) => `${value.name}=${value.text}`)
  const hasAll = (task: string): boolean => {
    if (asked.length === 0) return true
    // Which is quicker to see, where the values of thousands of tasks would be read for each expectation.
    if (!asked.every((value) => task.includes(value))) return false
    const own = new Set(parseTaskId(task).values.map((value) => `${value.name}=${value.text}`))
    return asked.every((value) => own.has(value))
  }
  const every = stage.ids.flatMap((task, index) => (hasAll(task) ? [stage.first + index] : []))
  const [task] = every
  if (task !== undefined && text[name.length] === ".") {
    return Result.succeed({
      task,
      ...(every.length > 1 ? { every } : {}),
      metric: text.slice(name.length + 1),
      expected
    })
  }
  if ([...stage.leftOut.keys()].some(hasAll)) return Result.succeed(undefined)
  // What a list has this time it may not have the next time.
  if (listsOf(stage.document.matrix).length > 0) return Result.succeed({ absent: expected })
  return refuse(span, `expect: "${text}" names no task of ${id}`, hintFor(text, id, stage))
}

/** The nearest value where it is one that no task has, or a task as it is written. */
const hintFor = (text: string, id: string, { ids }: NumberedStage): string => {
  const known = ids.flatMap((task) => parseTaskId(task).values)
  for (const { name, text: value } of parseTaskId(text.slice(0, taskEnd(text, 0) ?? id.length)).values) {
    const texts = [...new Set(known.flatMap((one) => (one.name === name ? [one.text] : [])))]
    const hint = texts.includes(value) ? undefined : suggestion(value, name, texts)
    if (hint !== undefined) return hint
  }
  return `write ${ids[0] ?? id}.metric`
}
