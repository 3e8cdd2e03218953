/** The span in which a stage computes with tensors. */
import tf from "@tensorflow/tfjs"
import { Effect } from "effect"
import type { BackendUnavailable } from "./BackendUnavailable.ts"
import { closeBackend, openBackend } from "./open-backend.ts"
import { TensorLeak } from "./TensorLeak.ts"

/**
 * Runs the body on the backend of the current attempt, and frees the backend with all that is on it, also when the body fails.
 *
 * Inside, the functions of TensorFlow.js compute there, with right gradients of any order. The body fails with `TensorLeak` when it
 * has not freed each tensor that it made; values are read by `await tensor.data()`, for a GPU has them later. One session at a time.
 */
export const session = <A, E, R>(
  body: Effect.Effect<A, E, R>
): Effect.Effect<A, E | BackendUnavailable | TensorLeak, R> =>
  Effect.acquireUseRelease(
    openAlone,
    () => withoutLeaks(body),
    (opened) => Effect.ensuring(closeBackend(opened), free)
  )

/** The tensors of one session would be gone when another one ends. */
let isOpen = false

const free = Effect.sync(() => {
  isOpen = false
})

const openAlone = Effect.suspend(() => {
  if (isOpen)
    return Effect.die(new Error("a session is open already: there is one at a time, and none inside of another"))
  isOpen = true
  return Effect.onError(openBackend, () => free)
})

const withoutLeaks = <A, E, R>(body: Effect.Effect<A, E, R>): Effect.Effect<A, E | TensorLeak, R> =>
  Effect.gen(function* () {
    const before = tf.memory().numTensors
    const result = yield* body
    const after = tf.memory().numTensors
    return after === before ? result : yield* new TensorLeak({ before, after })
  })
