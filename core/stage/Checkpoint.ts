/** How a stage keeps what it has so far, so that an attempt that was cut short is not lost. */
import { Context, Effect } from "effect"
import { Progress } from "./Progress.ts"
import { plainStep } from "./plain-step.ts"

/** Where checkpoints go. */
export interface CheckpointSink {
  /** Whether so much time has passed since the last one that another is worth its cost. */
  readonly isDue: () => boolean
  /**
   * Replaces the last checkpoint of this task by what there is so far, a value for every output port: a later attempt
   * finds it in `start`. What cannot be kept is no failure of the task.
   */
  readonly save: (at: number, outputs: object) => void
}

/** A sink that keeps nothing. */
export const NO_CHECKPOINTS: CheckpointSink = { isDue: () => false, save: () => {} }

/** The sink of the current attempt; outside of a run nothing is kept. */
export const Checkpoint = Context.Reference<CheckpointSink>("athanor/stage/Checkpoint", {
  defaultValue: () => NO_CHECKPOINTS
})

/** A loop that can go on where an earlier attempt, or an earlier result, had come to. */
export interface ResumableLoop {
  /** Steps that need not be done, because `start` had done them: `start?.at ?? 0`. */
  readonly from: number
  readonly total: number
  /** What is counted, in the plural: "steps", "samples". */
  readonly unit: string
  readonly body: (index: number) => void
  /** What the steps so far have made, for every output port. Called between steps, and only when a checkpoint is due. */
  readonly outputs: () => object
}

/** Wall time, in milliseconds, that a loop may run before it reports and lets interruption in. */
const SLICE = 40

/**
 * Calls `body(from)` … `body(total - 1)` in order, as `Progress.steps` does, and keeps a checkpoint now and then.
 *
 * One is kept also when the task is interrupted: by a person, by its time limit, by the failure of another. The next
 * attempt at the task, in this run or a later one, finds the last checkpoint in `start`, and `from` is then its `at`.
 */
export const steps = Effect.fnUntraced(function* ({ from, total, unit, body, outputs }: ResumableLoop) {
  const report = yield* Progress
  const { isDue, save } = yield* Checkpoint
  report({ done: from, total, unit })
  let done = from
  const loop = Effect.gen(function* () {
    let sliceEnd = performance.now() + SLICE
    while (done < total) {
      plainStep(body, done)
      done++
      if (performance.now() < sliceEnd) continue
      if (done < total && isDue()) save(done, outputs())
      report({ done, total, unit })
      // A macrotask, not a microtask: messages to and from the worker's thread move only between macrotasks.
      yield* Effect.sleep(0)
      sliceEnd = performance.now() + SLICE
    }
  })
  yield* Effect.onInterrupt(loop, () => Effect.sync(() => (done > from ? save(done, outputs()) : undefined)))
  report({ done: total, total, unit })
})
