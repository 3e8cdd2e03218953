/** Sessions: what they free, what they refuse, and that none sees what another left. */

import { assert, describe, it } from "@effect/vitest"
import tf from "@tensorflow/tfjs"
import { Effect } from "effect"
import * as Compute from "../../../core/stage/Compute.ts"
import { session } from "../../../stages/compute/session.ts"
import { on } from "./open.ts"

describe("session", () => {
  for (const device of ["cpu", "wasm"] as const) {
    it.effect(`computes on ${device}, and takes it away`, () =>
      Effect.gen(function* () {
        const name = yield* on(
          device,
          Effect.sync(() => tf.getBackend())
        )
        assert.strictEqual(name, device)
        assert.isNull(tf.getBackend())
      })
    )

    it.effect(`fails by name where a tensor was left on ${device}`, () =>
      Effect.gen(function* () {
        const failure = yield* Effect.flip(
          on(
            device,
            Effect.sync(() => void tf.square(tf.ones([3])))
          )
        )
        assert.strictEqual(failure._tag, "TensorLeak")
        assert.match(failure.message, /^2 tensors were left behind: /u)
        // The next one begins with nothing all the same.
        yield* on(
          device,
          Effect.sync(() => tf.tidy(() => void tf.ones([3])))
        )
      })
    )

    it.effect(`frees what a body that failed has left on ${device}, also in the middle of a derivative`, () =>
      Effect.gen(function* () {
        const broken = Effect.try({
          try: () =>
            tf.grad((x) => {
              if (tf.mul(x, tf.ones([1000, 1000])).rank === 2) throw new RangeError("broken")
              return x
            })(tf.ones([1])),
          catch: String
        })
        assert.strictEqual(yield* Effect.flip(on(device, broken)), "RangeError: broken")
        const slope = Effect.sync(() =>
          tf.tidy(() =>
            Array.from(
              tf
                .grad((x) => tf.square(x))(tf.scalar(3))
                .dataSync()
            )
          )
        )
        assert.deepStrictEqual(yield* on(device, slope), [6])
      })
    )
  }

  it.effect("says what is missing: a native package that nobody has loaded", () =>
    Effect.gen(function* () {
      const opened: Compute.Opened = { backend: "tensorflow-gpu", adapter: "", handle: undefined }
      const failure = yield* Effect.flip(session(Effect.void).pipe(Effect.provideService(Compute.Current, opened)))
      assert.strictEqual(failure._tag, "BackendUnavailable")
      assert.strictEqual(
        failure.message,
        "tensors cannot be computed on tensorflow-gpu: the native package is not loaded"
      )
    })
  )
})
