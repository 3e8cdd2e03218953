import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import analytic from "../../../stages/ntk/analytic.ts"
import { bothInOrder, difference, normals, onCircle, rowsInOrder, tensor } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"

describe("ntk/analytic", () => {
  it.effect("has unasked the published values of the paper's network", () =>
    Effect.gen(function* () {
      const angles = onCircle([0, Math.PI / 2, Math.PI])
      const { kernel, covariance } = (yield* runStage(analytic, {}, { points: angles })).outputs
      assert.isBelow(difference(kernel.data.slice(0, 3), [0.2825, 0.09270211, 0.06435377]), 1e-8)
      assert.isBelow(difference(covariance.data.slice(0, 3), [0.08125, 0.05576028, 0.04809659]), 1e-8)
    })
  )

  it.effect("has points in rows and others in columns", () =>
    Effect.gen(function* () {
      const [points, others] = [normals("analytic x", 4, 3), normals("analytic y", 2, 3)]
      const { kernel, covariance } = (yield* runStage(analytic, { depth: 1, beta: 0.5 }, { points, others })).outputs
      assert.deepStrictEqual(
        [kernel.shape, covariance.shape],
        [
          [4, 2],
          [4, 2]
        ]
      )
      const expected = Array.from({ length: 8 }, (_, at) => {
        const [i, j] = [Math.floor(at / 2), at % 2]
        return [0, 1, 2].reduce((sum, k) => sum + (points.data[3 * i + k]! * others.data[3 * j + k]!) / 3, 0.25)
      })
      assert.isBelow(difference(kernel.data, expected), 1e-15)
      assert.deepStrictEqual(covariance, kernel)
    })
  )

  it.effect("follows the numbering of the points", () =>
    Effect.gen(function* () {
      const points = normals("analytic order", 6, 2)
      const order = [5, 1, 3, 0, 4, 2]
      const one = (yield* runStage(analytic, {}, { points })).outputs
      const other = (yield* runStage(analytic, {}, { points: rowsInOrder(points, order) })).outputs
      assert.isBelow(difference(other.kernel.data, bothInOrder(one.kernel, order).data), 1e-15)
      assert.isBelow(difference(other.covariance.data, bothInOrder(one.covariance, order).data), 1e-15)
    })
  )

  it.effect.each([
    [{ points: tensor([1, 2, 3]) }, "points has shape 3, expected points × coordinates"],
    [{ points: tensor([], 0, 2) }, "points has shape 0×2, expected points × coordinates"],
    [
      { points: tensor([1, 2], 1, 2), others: tensor([1], 1, 1, 1) },
      "others has shape 1×1×1, expected points × coordinates"
    ],
    [
      { points: tensor([1, 2], 1, 2), others: tensor([1, 2, 3], 1, 3) },
      "others has shape 1×3, expected 2 coordinates, as points have"
    ]
  ] as const)("refuses what are no points, or points of two dimensions: %#", ([inputs, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(analytic, {}, inputs))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, message)
    })
  )

  it("takes depths from 1 to 64, and activations that it knows", () => {
    assert.isTrue(takes(analytic, { depth: 64, activation: "tanh" }))
    assert.isFalse(takes(analytic, { depth: 0 }))
    assert.isFalse(takes(analytic, { depth: 65 }))
    assert.isFalse(takes(analytic, { activation: "swish" }))
    assert.isFalse(takes(analytic, { width: 10 }))
  })
})
