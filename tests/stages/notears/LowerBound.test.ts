import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { covarianceOf } from "../../../stages/notears/Covariance.ts"
import { lowerBound } from "../../../stages/notears/LowerBound.ts"
import { inverseRoot } from "../../../stages/notears/triangular-root.ts"
import { leastScore } from "./exhaustive.ts"
import { population, SMALL_GRAPH } from "./population.ts"
import { linearSamples } from "./samples.ts"

const boundOf = (root: Float64Array, d: number): number => lowerBound(root, inverseRoot(root, d), d)

describe("lowerBound", () => {
  it.effect("is below the least score of all orders", () =>
    Effect.gen(function* () {
      for (let trial = 0; trial < 40; trial++) {
        const d = 1 + (trial % 5)
        const { root } = yield* covarianceOf(linearSamples(`bound ${trial}`, 4 * d + 3, d, trial % 4), false)
        const [bound, least] = [boundOf(root, d), leastScore(root, d)]
        assert.isAtMost(bound, least * (1 + 1e-13))
        assert.isAbove(bound, least / 2)
      }
    })
  )

  it.effect("is the optimum d/2 in the limit of many samples with equal noise", () =>
    Effect.gen(function* () {
      const { d, weights } = SMALL_GRAPH
      const { root } = yield* covarianceOf({ data: population(weights, d).data, n: d, d }, false)
      assert.closeTo(boundOf(root, d), d / 2, 1e-12)
    })
  )

  it("is the score where variables are independent, whatever their variances", () => {
    assert.closeTo(boundOf(Float64Array.of(1, 0, 0, 0, 20, 0, 0, 0, 1e-3), 3), (1 + 400 + 1e-6) / 2, 1e-10)
  })

  it("of two variables has residual variances whose product is the determinant, as like as they can be", () => {
    // Unit variances with correlation 0.8: 0.6 each. With variances 1 and 100, one explains 0.64 of the other: 1 and 36 is as like as they get.
    assert.closeTo(boundOf(Float64Array.of(1, 0.8, 0, 0.6), 2), 0.6, 1e-14)
    assert.closeTo(boundOf(Float64Array.of(1, 8, 0, 6), 2), (1 + 36) / 2, 1e-12)
  })
})
