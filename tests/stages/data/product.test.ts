import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import product from "../../../stages/data/product.ts"
import { reals } from "../../reals.ts"
import { difference, normals, onCircle, rowsInOrder, tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"

const Coordinate = reals(-1e3, 1e3)

const targetsOf = (points: ReturnType<typeof tensor>) =>
  Effect.map(runStage(product, {}, { points }), ({ outputs }) => outputs.targets)

describe("data/product", () => {
  it.effect("multiplies the first two coordinates, whatever the others are", () =>
    Effect.gen(function* () {
      const targets = yield* targetsOf(tensor([2, 3, 100, -1, 4, 200], 2, 3))
      assert.deepStrictEqual(targets, tensor([6, -4]))
    })
  )

  it.effect.prop("is half the sine of twice the angle on the circle", { angle: Coordinate }, ({ angle }) =>
    Effect.gen(function* () {
      const targets = yield* targetsOf(onCircle([angle]))
      assert.closeTo(targets.data[0]!, Math.sin(2 * angle) / 2, 1e-15 + Math.abs(angle) * Number.EPSILON)
    })
  )

  it.effect.prop("does not change when the coordinates change places", { x: Coordinate, y: Coordinate }, ({ x, y }) =>
    Effect.gen(function* () {
      const targets = yield* targetsOf(tensor([x, y, y, x, -x, -y], 3, 2))
      assert.deepStrictEqual([...targets.data], [x * y, x * y, x * y])
    })
  )

  it.effect("is of second degree, and follows the order of the points", () =>
    Effect.gen(function* () {
      const points = normals("product", 6, 3)
      const targets = yield* targetsOf(points)
      const scaled = yield* targetsOf({ ...points, data: points.data.map((value) => 3 * value) })
      assert.isBelow(
        difference(
          scaled.data,
          [...targets.data].map((value) => 9 * value)
        ),
        1e-14
      )
      const order = [4, 0, 5, 2, 1, 3]
      const turned = yield* targetsOf(rowsInOrder(points, order))
      assert.deepStrictEqual(
        [...turned.data],
        order.map((index) => targets.data[index]!)
      )
    })
  )

  it.effect("takes single precision", () =>
    Effect.gen(function* () {
      const points = { shape: [1, 2], data: Float32Array.of(0.5, 3) }
      assert.deepStrictEqual((yield* runStage(product, {}, { points })).outputs.targets, tensor([1.5]))
    })
  )

  it.effect.each([
    [tensor([1, 2]), "points has shape 2, expected points × at least 2 coordinates"],
    [tensor([1, 2], 2, 1), "points has shape 2×1, expected points × at least 2 coordinates"],
    [tensor([1, 2], 1, 1, 2), "points has shape 1×1×2, expected points × at least 2 coordinates"]
  ] as const)("refuses points that have no second coordinate, and what is no list of points: %#", ([points, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(targetsOf(points))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, message)
    })
  )
})
