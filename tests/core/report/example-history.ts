/** Histories of a pipeline, as data: drawn by the tests of their page. */
import type { Tolerance } from "../../../core/document/PipelineDocument.ts"
import { courseOf } from "../../../core/explain/metric-course.ts"
import type { ExplainedShift, HistoryModel, MetricHistory } from "../../../core/report/HistoryModel.ts"

export const metric = (name: string, values: ReadonlyArray<number>, goal?: Tolerance): MetricHistory => {
  const course = courseOf(
    values.map((value, run) => ({ run, value, computation: String(run) })),
    { isExact: true }
  )
  const causes: ExplainedShift["causes"] = [{ phrase: "param n 4→5", at: "x.yaml:2:9", stages: ["train"] }]
  return { name, course, goal, shifts: course.shifts.map((shift) => ({ ...shift, causes })) }
}

const runs = Array.from({ length: 6 }, (_, index) => ({
  id: `2026-11-2${index}T10-30-12.345-brave-euler${index}`,
  at: Date.UTC(2026, 10, 20 + index),
  outcome: "success" as const
}))

export const history = (metrics: ReadonlyArray<MetricHistory>): HistoryModel => ({
  pipeline: "tiny",
  profiles: [{ profile: "default", runs, metrics }],
  leftOut: 7
})

/** One that something is expected of, two of a stage, one that never changes. */
export const HISTORY = history([
  metric("train.loss", [1, 1, 1, 2, 2, 2], { _tag: "AtMost", bound: 1.5 }),
  metric("train@seed=1.gap", [0, 0, 0, -1e-3, -1e-3, -1e-3]),
  metric("train@seed=2.gap", [0, 0, 0, -1e-3, -1e-3, -1e-3]),
  metric("same.size", [3, 3, 3, 3, 3, 3])
])
