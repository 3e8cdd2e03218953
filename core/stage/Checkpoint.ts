/** How a stage keeps what it has so far, so that an attempt that was cut short is not lost. */
import { Context, Effect } from "effect"
import { Progress } from "./Progress.ts"
import { NEVER, stepByStep } from "./step-by-step.ts"

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
  /**
   * Whether the work is done, as far as `outputs` tell it too: asked before each step, the first one too, so that what goes on from
   * work that was done takes no further step. Left out, the loop goes to its total.
   */
  readonly until?: () => boolean
  /** What the steps so far have made, for every output port. Called between steps, and only when a checkpoint is due. */
  readonly outputs: () => object
}

/**
 * Calls `body(from)` … `body(total - 1)` in order, or fewer where `until` says so, as `Progress.steps` does, and keeps a checkpoint
 * now and then. It does not give how many there were: what is told at the end must follow from the outputs.
 *
 * One is kept also when the task is interrupted: by a person, by its time limit, by the failure of another. The next
 * attempt at the task, in this run or a later one, finds the last checkpoint in `start`, and `from` is then its `at`.
 */
export const steps = Effect.fnUntraced(function* ({ from, total, unit, body, until = NEVER, outputs }: ResumableLoop) {
  const report = yield* Progress
  const { isDue, save } = yield* Checkpoint
  report({ done: from, total, unit })
  let last = from
  const loop = stepByStep({
    from,
    total,
    body: (index) => {
      const made = body(index)
      last = index + 1
      return made
    },
    until,
    between: (done) => {
      if (done < total && isDue()) save(done, outputs())
      report({ done, total, unit })
    }
  })
  yield* Effect.onInterrupt(loop, () => Effect.sync(() => (last > from ? save(last, outputs()) : undefined)))
  report({ done: total, total, unit })
})
