/** How a stage says how far it has come. */
import { Context, Effect } from "effect"
import { plainStep } from "./plain-step.ts"

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

/** Wall time, in milliseconds, that a loop may run before it reports and lets interruption in. */
const SLICE = 40

/**
 * Calls `body(0)` … `body(total - 1)` in order, reporting progress and honouring interruption between calls.
 *
 * The body is a plain function, so that an inner loop costs nothing: the clock is read once a call, and the effect
 * runtime is entered about 25 times a second.
 */
export const steps = Effect.fnUntraced(function* (total: number, unit: string, body: (index: number) => void) {
  const report = yield* Progress
  report({ done: 0, total, unit })
  let sliceEnd = performance.now() + SLICE
  for (let index = 0; index < total; index++) {
    plainStep(body, index)
    if (performance.now() < sliceEnd) continue
    report({ done: index + 1, total, unit })
    // A macrotask, not a microtask: messages to and from the worker's thread move only between macrotasks.
    yield* Effect.sleep(0)
    sliceEnd = performance.now() + SLICE
  }
  report({ done: total, total, unit })
})
