/** Finds the task behind an expected metric. */
import { Result } from "effect"
import { type ExpectationDocument, listsOf } from "../document/PipelineDocument.ts"
import { suggestion } from "../document/suggestion.ts"
import { type Checked, refuse } from "./Checked.ts"
import type { Names } from "./Names.ts"
import type { PlanExpectation } from "./Plan.ts"
import { stageInMetric } from "./task-id.ts"

/** An expectation of a task that is absent. */
interface Absent {
  readonly absent: ExpectationDocument
}

/**
 * Nothing for a task that a condition leaves out. `curves.growth@width=500` is a metric of the task `curves`;
 * `train@width=500.loss` one of a matrix task. Whether a stage records the metric is known only when it has run.
 */
export const bindExpectation = (
  expected: ExpectationDocument,
  names: Names
): Checked<PlanExpectation | Absent | undefined> => {
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
  if (task === undefined) {
    if ([...stage.leftOut.keys()].some((name) => text.startsWith(`${name}.`))) return Result.succeed(undefined)
    // What a list has this time it may not have the next time.
    if (listsOf(stage.document.matrix).length > 0 && text.startsWith(`${id}@`))
      return Result.succeed({ absent: expected })
    return refuse(span, `expect: "${text}" names no task of ${id}`, `write ${stage.ids[0] ?? id}.metric`)
  }
  return Result.succeed({ task: stage.first + index, metric: text.slice(task.length + 1), expected })
}
