import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { multiply } from "../../../stages/math/linear/Gemm.ts"
import { mean, variance } from "../../../stages/math/special/Statistics.ts"
import simulate from "../../../stages/notears/simulate.ts"
import { difference, tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"
import { graph } from "./graphs.ts"

const EMPTY = tensor(new Float64Array(9), 3, 3)

describe("notears/simulate", () => {
  it.effect("has noise with the moments of its distribution, of each scale", () =>
    Effect.gen(function* () {
      for (const [noise, centre, spread] of [
        ["gauss", 0, 1],
        ["exponential", 1, 1],
        ["gumbel", 0.577_215_66, Math.PI ** 2 / 6],
        ["uniform", 0, 1 / 3]
      ] as const) {
        const given = { samples: 20_000, noise, leastScale: 2, mostScale: 2 }
        const { data } = (yield* runStage(simulate, given, { weights: EMPTY })).outputs.X
        assert.closeTo(mean(data), 2 * centre, 0.03)
        assert.closeTo(variance(data), 4 * spread, 0.2)
      }
    })
  )

  it.effect("follows the model: what is left without the parents is the noise", () =>
    Effect.gen(function* () {
      const weights = graph(3, [2, 0], [0, 1], [2, 1]).map((weight, at) => weight * (1 + at / 4))
      const given = { samples: 50, seed: 4 }
      const { data } = (yield* runStage(simulate, given, { weights: tensor(weights, 3, 3) })).outputs.X
      const noise = (yield* runStage(simulate, given, { weights: EMPTY })).outputs.X
      const explained = multiply(Float64Array.from(data), weights, 50, 3, 3)
      assert.isBelow(
        difference(
          data.map((value, at) => value - explained[at]!),
          noise.data
        ),
        1e-13
      )
    })
  )

  it.effect("has in the limit of many samples the moments (I − W)⁻ᵀ diag(scale²) (I − W)⁻¹", () =>
    Effect.gen(function* () {
      const weights = tensor([0, 2, 0, -1], 2, 2)
      weights.data[3] = 0
      const given = { population: true, leastScale: 0.5, mostScale: 2, seed: 3 }
      const { X, scales } = (yield* runStage(simulate, given, { weights })).outputs
      const [a, b] = [scales.data[0]! ** 2, scales.data[1]! ** 2]
      const moments = multiply(Float64Array.from(X.data), Float64Array.from(X.data), 2, 2, 2, { transposeA: true })
      assert.isBelow(
        difference(
          moments.map((moment) => moment / 2),
          [a, 2 * a, 2 * a, 4 * a + b]
        ),
        1e-14
      )
      assert.isTrue(scales.data.every((scale) => scale >= 0.5 && scale <= 2))
    })
  )

  it.effect("refuses a graph with a cycle, what is no square, and scales that are none", () =>
    Effect.gen(function* () {
      const cyclic = yield* Effect.flip(runStage(simulate, {}, { weights: tensor(graph(2, [0, 1], [1, 0]), 2, 2) }))
      assert.strictEqual(cyclic._tag, "Cyclic")
      const oblong = yield* Effect.flip(runStage(simulate, {}, { weights: tensor([1, 2], 1, 2) }))
      assert.strictEqual(oblong.message, "weights has shape 1×2, expected a square matrix")
      const none = yield* Effect.flip(runStage(simulate, { leastScale: 2 }, { weights: EMPTY }))
      assert.strictEqual(none.message, "no scale is from 2 to 1")
    })
  )
})
