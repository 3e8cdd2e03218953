import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import evaluate from "../../../stages/classifier/evaluate.ts"
import { runStage } from "../run-stage.ts"

/** A network without hidden layers on 2 × 2 pixels, whose logits are the first two pixels. */
const architecture = { network: "mlp", hidden: [], filters: [], side: 2, classes: 2 }
const model = {
  metadata: { architecture: JSON.stringify(architecture) },
  tensors: {
    "dense0/weights": { shape: [4, 2], data: Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0) },
    "dense0/bias": { shape: [2], data: Float32Array.of(0, 0) }
  }
}
const images = { shape: [3, 4], data: Float32Array.of(2, 0, 0, 0, 0, 1, 0, 0, 1, 1, 9, 9) }
const labels = { shape: [3], data: Int32Array.of(0, 0, 1) }

describe("classifier/evaluate", () => {
  it.effect("gives probabilities, scores and confusion as their definitions have them", () =>
    Effect.gen(function* () {
      const { outputs, metrics } = yield* runStage(evaluate, {}, { model, images, labels })
      const p = 1 / (1 + Math.exp(-2))
      const q = 1 / (1 + Math.exp(1))
      for (const [at, expected] of [p, 1 - p, q, 1 - q, 0.5, 0.5].entries()) {
        assert.closeTo(outputs.probabilities.data[at] ?? 0, expected, 1e-12)
      }
      // Of equal ones the first class is taken.
      assert.closeTo(metrics["accuracy"] ?? 0, 1 / 3, 1e-15)
      assert.closeTo(metrics["loss"] ?? 0, -(Math.log(p) + Math.log(q) + Math.log(0.5)) / 3, 1e-12)
      assert.deepStrictEqual(outputs.confusion.columns, {
        class: Int32Array.of(0, 0, 1, 1),
        taken: Int32Array.of(0, 1, 0, 1),
        images: Int32Array.of(1, 1, 1, 0)
      })
    })
  )

  it.effect("refuses a model that does not tell how it is built, and images that it does not take", () =>
    Effect.gen(function* () {
      const bare = yield* Effect.flip(runStage(evaluate, {}, { model: { ...model, metadata: {} }, images, labels }))
      assert.match(bare.message, /does not tell its architecture: it carries none/u)
      const odd = { ...model, metadata: { architecture: '{"network":"rnn"}' } }
      assert.match(
        (yield* Effect.flip(runStage(evaluate, {}, { model: odd, images, labels }))).message,
        /architecture/u
      )
      const large = { shape: [3, 9], data: new Float32Array(27) }
      const wrong = yield* Effect.flip(runStage(evaluate, {}, { model, images: large, labels }))
      assert.match(wrong.message, /images of 2 × 2 pixels, as the model takes/u)
    })
  )
})
