import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import circle from "../../../stages/data/circle.ts"
import { reals } from "../../reals.ts"
import { difference, row } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"

const Angle = reals(-100, 100)

describe("data/circle", () => {
  it.effect("puts points at equal distances, both ends included", () =>
    Effect.gen(function* () {
      const { outputs } = yield* runStage(circle, { points: 5, from: 0, to: 2 }, {})
      assert.deepStrictEqual([...outputs.angles.data], [0, 0.5, 1, 1.5, 2])
      assert.deepStrictEqual(outputs.points.shape, [5, 2])
    })
  )

  it.effect("has the point (1, 0) of figure 1 and its opposite among the points that it gives unasked", () =>
    Effect.gen(function* () {
      const { points, angles } = (yield* runStage(circle, {}, {})).outputs
      assert.deepStrictEqual(angles.shape, [61])
      assert.isBelow(Math.abs(angles.data[30]!), 1e-15)
      assert.isBelow(difference(row(points, 30), [1, 0]), 1e-15)
      assert.closeTo(angles.data[45]!, Math.PI / 2, 1e-15)
      assert.isBelow(difference([angles.data[0]!, angles.data[60]!], [-Math.PI, Math.PI]), 1e-15)
      assert.isBelow(difference(row(points, 60), [-1, 0]), 2e-15)
    })
  )

  it.effect.prop(
    "includes both ends to the last bit",
    { from: Angle, to: Angle, points: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 200 })) },
    ({ from, to, points }) =>
      Effect.gen(function* () {
        const { angles } = (yield* runStage(circle, { from, to, points }, {})).outputs
        assert.deepStrictEqual([angles.data[0], angles.data.at(-1)], [from, to])
      })
  )

  it.effect("ends at exactly π, whatever the number of points", () =>
    Effect.gen(function* () {
      for (let points = 2; points < 200; points++) {
        const { angles } = (yield* runStage(circle, { points }, {})).outputs
        assert.deepStrictEqual([angles.data[0], angles.data[points - 1]], [-Math.PI, Math.PI])
      }
    })
  )

  it.effect.prop("has its accuracy for all angles that it takes", { angle: reals(-1e5, 1e5) }, ({ angle }) =>
    Effect.gen(function* () {
      const { points } = (yield* runStage(circle, { angles: [angle] }, {})).outputs
      assert.isBelow(difference(points.data, [Math.cos(angle), Math.sin(angle)]), 4 * Number.EPSILON)
    })
  )

  it.effect("puts a single point at the first angle", () =>
    Effect.gen(function* () {
      const { outputs } = yield* runStage(circle, { points: 1, from: 0.25, to: 3 }, {})
      assert.deepStrictEqual([...outputs.angles.data], [0.25])
    })
  )

  it.effect.prop(
    "turns given angles into cosine and sine, in their order",
    { a: Angle, b: Angle, c: Angle },
    ({ a, b, c }) =>
      Effect.gen(function* () {
        const angles = [a, b, c]
        const { outputs } = yield* runStage(circle, { angles, points: 7 }, {})
        assert.deepStrictEqual([...outputs.angles.data], [...angles])
        const expected = angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])
        // Four units in the last place, as Elementary has it.
        assert.isBelow(difference(outputs.points.data, expected), 4 * Number.EPSILON)
      })
  )

  it.effect.prop("turns the points by an angle that is added to all", { angle: Angle, turn: Angle }, (given) =>
    Effect.gen(function* () {
      const { angle, turn } = given
      const { outputs } = yield* runStage(circle, { angles: [angle, angle + turn] }, {})
      const [x, y, u, v] = outputs.points.data
      const [c, s] = [Math.cos(turn), Math.sin(turn)]
      // The sum of the angles rounds by up to 100 ε.
      assert.isBelow(difference([u!, v!], [c * x! - s * y!, s * x! + c * y!]), 200 * Number.EPSILON)
    })
  )

  it("asks for at least one point, and for finite angles", () => {
    assert.isTrue(takes(circle, {}))
    assert.isFalse(takes(circle, { points: 0 }))
    assert.isFalse(takes(circle, { points: 2.5 }))
    assert.isFalse(takes(circle, { angles: [0, Number.NaN] }))
    assert.isFalse(takes(circle, { radius: 1 }))
  })

  it("takes no angle beyond the range of its sine and cosine", () => {
    for (const far of [100_001, -1e6, 1e300]) {
      assert.isFalse(takes(circle, { angles: [0, far] }))
      assert.isFalse(takes(circle, { from: far }))
      assert.isFalse(takes(circle, { to: far }))
    }
    assert.isTrue(takes(circle, { angles: [1e5, -1e5] }))
  })
})
