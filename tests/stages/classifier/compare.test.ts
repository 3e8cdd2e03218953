import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import compare from "../../../stages/classifier/compare.ts"
import { runStage } from "../run-stage.ts"

const course = {
  columns: {
    step: Int32Array.of(10, 20),
    loss: Float64Array.of(1, 0.5),
    accuracy: Float64Array.of(0.8, 1),
    testAccuracy: Float64Array.of(0.7, 0.9)
  }
}
const at = <Value>(network: string, seed: number, value: Value) => ({ matrix: { network, seed }, value })

describe("classifier/compare", () => {
  it.effect("averages the scores of each network over seeds, and draws all courses", () =>
    Effect.gen(function* () {
      const { metrics, outputs } = yield* runStage(
        compare,
        {},
        {
          courses: [at("mlp", 0, course), at("mlp", 1, course), at("cnn", 0, course)],
          scores: [
            at("mlp", 1, { accuracy: 0.94, loss: 0.3 }),
            at("mlp", 0, { accuracy: 0.9, loss: 0.1 }),
            at("cnn", 0, { accuracy: 0.97, loss: 0.2 })
          ]
        }
      )
      assert.closeTo(metrics["accuracy@network=mlp"] ?? 0, 0.92, 1e-12)
      assert.closeTo(metrics["spread@network=mlp"] ?? 0, 0.04 / Math.SQRT2, 1e-12)
      assert.closeTo(metrics["loss@network=mlp"] ?? 0, 0.2, 1e-12)
      assert.strictEqual(metrics["accuracy@network=cnn"], 0.97)
      assert.deepStrictEqual(outputs.summary.columns["network"], ["mlp", "cnn"])
      const { data } = outputs.figure.spec as unknown as { data: { values: ReadonlyArray<{ value: number }> } }
      assert.strictEqual(data.values.length, 3 * 3 * 2)
    })
  )

  it.effect("refuses a course without scores", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(compare, {}, { courses: [at("mlp", 0, course)], scores: [] }))
      assert.match(error.message, /courses has an item with network="mlp",seed=0, scores has none/u)
    })
  )
})
