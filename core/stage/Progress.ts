/** How a stage says how far it has come. */
import { Context, Effect } from "effect"
import { NEVER, stepByStep } from "./step-by-step.ts"

/** A report from inside a stage: `done` of `total` units. */
export interface ProgressReport {
  readonly done: number
  readonly total: number
  /** What is counted, in the plural: "steps", "points". */
  readonly unit: string
}

/** Where reports go. Reports may be dropped; the last one of a stage need not arrive. */
export type ProgressSink = (report: ProgressReport) => void

/** The sink of the current attempt; outside of a run reports vanish. */
export const Progress = Context.Reference<ProgressSink>("athanor/stage/Progress", { defaultValue: () => () => {} })

export interface StepOptions {
  /**
   * Whether the work is done: asked before each step, the first one too. What is left of the total is then not called for, and
   * progress is at its end. Left out, all of it is.
   */
  readonly until?: () => boolean
}

/**
 * Calls `body(0)` … `body(total - 1)` in order, or fewer where `until` says that the work is done; reports progress and honours
 * interruption between calls. Gives how many calls there were.
 *
 * Both are plain functions, so that an inner loop costs nothing: the clock is read once a call, and the effect runtime is entered
 * about 25 times a second.
 */
export const steps = Effect.fnUntraced(function* (
  total: number,
  unit: string,
  body: (index: number) => void,
  { until = NEVER }: StepOptions = {}
) {
  const report = yield* Progress
  report({ done: 0, total, unit })
  const taken = yield* stepByStep({ from: 0, total, body, until, between: (done) => report({ done, total, unit }) })
  report({ done: total, total, unit })
  return taken
})
