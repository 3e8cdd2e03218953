/** Everything that a page on all runs of a pipeline shows, as data. */
import type { Tolerance } from "../document/PipelineDocument.ts"
import type { Cause } from "../explain/causes-between.ts"
import type { Course, Shift } from "../explain/metric-course.ts"
import type { RunOutcome } from "../record/JournalEvent.ts"

export interface HistoryModel {
  readonly pipeline: string
  /** Runs of one profile ask for the same numbers; those of another do not. The one that ran last comes first. */
  readonly profiles: ReadonlyArray<ProfileHistory>
  /** Older runs that were not read. */
  readonly leftOut: number
}

export interface ProfileHistory {
  readonly profile: string
  /** In the order of time; a `run` of a course is a place in this list. */
  readonly runs: ReadonlyArray<HistoryRun>
  /** Those of which something is expected first, then those that shifted, then the rest, each in their order. */
  readonly metrics: ReadonlyArray<MetricHistory>
}

export interface HistoryRun {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly outcome: RunOutcome | "unfinished"
}

export interface MetricHistory {
  /** `task.metric`. */
  readonly name: string
  readonly course: Course
  /** What the latest run expects of it. */
  readonly goal: Tolerance | undefined
  readonly shifts: ReadonlyArray<ExplainedShift>
}

export interface ExplainedShift extends Shift {
  /** What was changed between the two runs and reached its stage; `undefined` where nobody looked, empty where nothing was. */
  readonly causes: ReadonlyArray<Cause> | undefined
}
