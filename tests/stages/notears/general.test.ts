import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import compare from "../../../stages/notears/compare-general.ts"
import evaluate from "../../../stages/notears/evaluate-general.ts"
import simulate from "../../../stages/notears/simulate-nonlinear.ts"
import { tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"

/** 2 → 0 → 1 */
const CHAIN = tensor([0, 1.9, 0, 0, 0, 0, -1.8, 0, 0], 3, 3)

const bits = Effect.map(
  runStage(simulate, { model: "logistic", samples: 500 }, { weights: CHAIN }),
  ({ outputs }) => outputs.X
)

describe("notears/evaluate-general", () => {
  it.effect("has no gap at the true graph, and says what another one has wrong", () =>
    Effect.gen(function* () {
      const X = yield* bits
      const right = yield* runStage(evaluate, { score: "logistic" }, { X, weights: CHAIN, truth: CHAIN })
      assert.strictEqual(right.metrics["gap"], 0)
      assert.strictEqual(right.metrics["shd"], 0)
      // 0 → 1 is turned round, 2 → 0 is there, and what is below the threshold does not count.
      const turned = tensor([0, 0, 0, 1, 0, 0, -1, 0.1, 0], 3, 3)
      const order = tensor([2, 1, 0])
      const wrong = yield* runStage(evaluate, { score: "logistic" }, { X, weights: turned, order, truth: CHAIN })
      assert.strictEqual(wrong.metrics["shd"], 1)
      assert.strictEqual(wrong.metrics["gap"], wrong.metrics["refit"]! / right.metrics["refit"]! - 1)
    })
  )

  it.effect("needs no true graph, and refuses cycles", () =>
    Effect.gen(function* () {
      const X = yield* bits
      const { outputs } = yield* runStage(evaluate, { score: "logistic" }, { X, weights: CHAIN })
      assert.deepStrictEqual(Object.keys(outputs.summary), ["refit"])
      const cycle = tensor([0, 1, 0, 1, 0, 0, 0, 0, 0], 3, 3)
      assert.strictEqual(
        (yield* Effect.flip(runStage(evaluate, { score: "mlp" }, { X, weights: cycle })))._tag,
        "Cyclic"
      )
    })
  )
})

describe("notears/compare-general", () => {
  const item = (method: string, seed: number, refit: number) => ({
    matrix: { method, model: { name: "logistic", d: 3 }, seed },
    value: { refit, gap: refit - 1, shd: seed }
  })

  it.effect("averages over data, and counts where topological swaps score no worse", () =>
    Effect.gen(function* () {
      const summaries = [item("TOPO", 0, 1), item("TOPO", 2, 1.5), item("NOTEARS", 0, 1), item("NOTEARS", 2, 1.4)]
      const { metrics, outputs } = yield* runStage(compare, {}, { summaries })
      assert.strictEqual(metrics["shd@model=logistic,method=TOPO"], 1)
      assert.strictEqual(metrics["topoNoWorse@model=logistic,method=NOTEARS"], 0.5)
      assert.deepStrictEqual(outputs.summary.columns["method"], ["TOPO", "NOTEARS"])
    })
  )

  it.effect("asks for names", () =>
    Effect.gen(function* () {
      const summaries = [{ matrix: { method: "TOPO" }, value: { refit: 1 } }]
      const error = yield* Effect.flip(runStage(compare, {}, { summaries }))
      assert.match(error.message, /names as `method` and as `model` are needed$/u)
    })
  )
})
