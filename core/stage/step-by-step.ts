/** The loop of `Progress.steps` and `Checkpoint.steps`: plain functions, called one by one, that let the rest of the thread live. */
import { Effect } from "effect"

/** Wall time, in milliseconds, that a loop may run before it reports and lets interruption in. */
const SLICE = 40

export interface Loop {
  /** Steps that need not be done. */
  readonly from: number
  readonly total: number
  readonly body: (index: number) => void
  /** Asked before each step. */
  readonly until: () => boolean
  /** Called about 25 times a second between two steps, with how many there have been. */
  readonly between: (done: number) => void
}

/** Never: the loop goes to its total. */
export const NEVER = (): boolean => false

/**
 * Calls the body for each index until it is enough, and gives how many steps there have been, those before `from` among them.
 *
 * The clock is read once a step, and the effect runtime is entered about 25 times a second. Throws where the body gives an Effect or a
 * Promise, or `until` anything but a truth value: nobody would run or await the former, and the latter would end the loop at once.
 */
export const stepByStep = Effect.fnUntraced(function* ({ from, total, body, until, between }: Loop) {
  let done = from
  let sliceEnd = performance.now() + SLICE
  while (done < total && !isEnough(until)) {
    plainStep(body, done)
    done++
    if (performance.now() < sliceEnd) continue
    between(done)
    // A macrotask, not a microtask: messages to and from the worker's thread move only between macrotasks.
    yield* Effect.sleep(0)
    sliceEnd = performance.now() + SLICE
  }
  return done
})

const plainStep = (body: (index: number) => void, index: number): void => {
  const made: unknown = body(index)
  if (Effect.isEffect(made)) throw new TypeError(GAVE_EFFECT)
  if (made instanceof Promise) throw new TypeError(GAVE_PROMISE)
}

const isEnough = (until: () => boolean): boolean => {
  const answer: unknown = until()
  if (typeof answer !== "boolean") throw new TypeError(GAVE_NO_ANSWER)
  return answer
}

const GAVE_EFFECT =
  "the body of steps gave an Effect, which nobody runs: a body is a plain function. Where a step needs Effects, write the loop with yield*"

const GAVE_PROMISE =
  "the body of steps gave a Promise, which nobody awaits: a body is a plain function. Where a step needs one, write the loop with yield* Effect.promise"

const GAVE_NO_ANSWER =
  "until of steps gave neither true nor false: it is a plain function that says whether the work is done"
