import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { float64 } from "../../../stages/math/float64.ts"
import { asPoints, matrix, squareSide, vector } from "../../../stages/ntk/tensors.ts"
import { tensor } from "../arrays.ts"

describe("float64", () => {
  it("is a view of what is float64 already, and a copy of other types", () => {
    const given = tensor([1, 2])
    assert.strictEqual(float64(given), given.data)
    assert.deepStrictEqual(float64({ shape: [2], data: Int32Array.of(3, -4) }), Float64Array.of(3, -4))
  })
})

describe("asPoints", () => {
  it.effect("reads rows as points", () =>
    Effect.gen(function* () {
      const { count, dimension } = yield* asPoints("points", tensor([1, 2, 3, 4, 5, 6], 2, 3))
      assert.deepStrictEqual([count, dimension], [2, 3])
    })
  )

  it.effect.each([
    [tensor([1, 2]), "x has shape 2, expected points × coordinates"],
    [tensor([], 0, 3), "x has shape 0×3, expected points × coordinates"],
    [{ shape: [], data: Float64Array.of(1) }, "x has shape scalar, expected points × coordinates"]
  ] as const)("refuses another rank, and no points at all: %#", ([given, message]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(asPoints("x", given))).message, message)
    })
  )
})

describe("squareSide", () => {
  it.effect("is the side of a square matrix, and refuses another", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* squareSide("kernel", matrix(2, 2, Float64Array.of(1, 2, 3, 4))), 2)
      const error = yield* Effect.flip(squareSide("kernel", vector(Float64Array.of(1, 2, 3, 4))))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, "kernel has shape 4, expected a square matrix")
    })
  )
})
