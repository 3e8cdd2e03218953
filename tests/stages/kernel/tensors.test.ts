import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { elements, kernelMatrix } from "../../../stages/kernel/tensors.ts"
import { tensor } from "../arrays.ts"

describe("elements", () => {
  it.effect("hands over float64 as it is, and turns other types into it", () =>
    Effect.gen(function* () {
      const given = tensor([1, 2], 2)
      assert.strictEqual(yield* elements("x", given, [2]), given.data)
      const single = yield* elements("x", { shape: [2], data: Float32Array.of(0.5, 2) }, [2])
      assert.deepStrictEqual(single, Float64Array.of(0.5, 2))
    })
  )

  it.effect("refuses another shape even when it has as many elements, and says which", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(elements("targets", tensor([1, 2, 3, 4], 2, 2), [4]))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, "targets has shape 2×2, expected 4")
    })
  )
})

describe("kernelMatrix", () => {
  it.effect("takes a square matrix, with its side", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* kernelMatrix("kernel", tensor([1, 0, 0, 1], 2, 2))).n, 2)
    })
  )

  it.effect.each([
    [tensor([1, 2, 3, 4, 5, 6], 2, 3), "kernel has shape 2×3, expected 2×2"],
    [tensor([1, 2], 2), "kernel has shape 2, expected 2×2"],
    [{ shape: [], data: Float64Array.of(1) }, "kernel has shape scalar, expected 0×0"]
  ] as const)("refuses what is no square matrix: %#", ([given, message]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(kernelMatrix("kernel", given))).message, message)
    })
  )
})
