import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import gaussian from "../../../stages/data/gaussian.ts"
import product from "../../../stages/data/product.ts"
import { mean } from "../../../stages/math/special/Statistics.ts"
import { runStage, takes } from "../run-stage.ts"

const Seed = Schema.Int.check(Schema.isBetween({ minimum: -1e9, maximum: 1e9 }))
const Count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 }))
const Dimension = Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 9 }))

describe("data/gaussian", () => {
  it.effect("draws independent coordinates with the moments of N(0, 1)", () =>
    Effect.gen(function* () {
      const count = 40_000
      const { data } = (yield* runStage(gaussian, { points: count }, {})).outputs.points
      const x = Float64Array.from({ length: count }, (_, i) => data[2 * i]!)
      const y = Float64Array.from({ length: count }, (_, i) => data[2 * i + 1]!)
      // Four standard errors: the variances of X, X² and XY are 1, 2 and 1.
      const error = 4 / Math.sqrt(count)
      for (const coordinate of [x, y]) {
        assert.closeTo(mean(coordinate), 0, error)
        assert.closeTo(mean(coordinate.map((value) => value * value)), 1, error * Math.SQRT2)
      }
      assert.closeTo(mean(x.map((value, i) => value * y[i]!)), 0, error)
    })
  )

  it.effect.prop(
    "gives the targets that data/product gives for its points",
    { seed: Seed, points: Count, dimension: Dimension },
    (params) =>
      Effect.gen(function* () {
        const { points, targets } = (yield* runStage(gaussian, params, {})).outputs
        assert.deepStrictEqual(points.shape, [params.points, params.dimension])
        const again = yield* runStage(product, {}, { points })
        assert.deepStrictEqual(targets, again.outputs.targets)
      })
  )

  it.effect.prop(
    "gives the same points when more are asked for, and then others",
    { seed: Seed, few: Count },
    (given) =>
      Effect.gen(function* () {
        const { seed, few } = given
        const some = (yield* runStage(gaussian, { seed, points: few }, {})).outputs.points.data
        const more = (yield* runStage(gaussian, { seed, points: few + 3 }, {})).outputs.points.data
        assert.deepStrictEqual(more.slice(0, 2 * few), some)
        assert.strictEqual(new Set(more).size, more.length)
      })
  )

  it.effect.prop("shares no number between two seeds", { seed: Seed, points: Count }, ({ seed, points }) =>
    Effect.gen(function* () {
      const one = (yield* runStage(gaussian, { seed, points }, {})).outputs.points.data
      const other = (yield* runStage(gaussian, { seed: seed + 1, points }, {})).outputs.points.data
      assert.isFalse(one.some((value) => other.includes(value)))
    })
  )

  it("asks for points of two coordinates at least", () => {
    assert.isTrue(takes(gaussian, { points: 1 }))
    assert.isFalse(takes(gaussian, {}))
    assert.isFalse(takes(gaussian, { points: 0 }))
    assert.isFalse(takes(gaussian, { points: 10, dimension: 1 }))
  })
})
