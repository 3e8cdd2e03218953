import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import agreement from "../../../stages/classifier/agreement.ts"
import { runStage } from "../run-stage.ts"

const course = (...losses: ReadonlyArray<number>) => ({
  columns: { step: Int32Array.from(losses.keys()), loss: Float64Array.from(losses) }
})
const probabilities = (...values: ReadonlyArray<number>) => ({
  shape: [values.length / 2, 2],
  data: Float64Array.from(values)
})
const at = <Value>(backend: string, value: Value) => ({ matrix: { network: "mlp", backend }, value })

describe("classifier/agreement", () => {
  it.effect("measures every backend by that of the processor, wherever it stands", () =>
    Effect.gen(function* () {
      const { metrics, outputs } = yield* runStage(
        agreement,
        {},
        {
          courses: [at("wasm", course(2, 1.1)), at("cpu", course(2, 1))],
          probabilities: [at("cpu", probabilities(0.9, 0.1, 0.4, 0.6)), at("wasm", probabilities(0.8, 0.2, 0.55, 0.45))]
        }
      )
      assert.strictEqual(metrics["backends"], 2)
      assert.strictEqual(metrics["alike@network=mlp,backend=wasm"], 0.5)
      assert.closeTo(metrics["probability@network=mlp,backend=wasm"] ?? 0, 0.15, 1e-12)
      assert.closeTo(metrics["loss@network=mlp,backend=wasm"] ?? 0, 0.1, 1e-12)
      assert.deepStrictEqual(outputs.summary.columns["reference"], ["cpu"])
    })
  )

  it.effect("has nothing to compare where there is one backend, and says what lacks a partner", () =>
    Effect.gen(function* () {
      const alone = yield* runStage(
        agreement,
        {},
        { courses: [at("wasm", course(1))], probabilities: [at("wasm", probabilities(1, 0))] }
      )
      assert.strictEqual(alone.metrics["backends"], 1)
      assert.deepStrictEqual(alone.outputs.summary.columns["backend"], [])
      const missing = yield* Effect.flip(
        runStage(agreement, {}, { courses: [at("wasm", course(1))], probabilities: [at("cpu", probabilities(1, 0))] })
      )
      assert.match(missing.message, /courses has an item with backend="wasm",network="mlp", probabilities has none/u)
      const nameless = yield* Effect.flip(
        runStage(agreement, {}, { courses: [{ matrix: {}, value: course(1) }], probabilities: [] })
      )
      assert.match(nameless.message, /a text `network` is needed/u)
    })
  )
})
