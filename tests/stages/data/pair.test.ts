import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import pair from "../../../stages/data/pair.ts"
import { tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"

/** Three images of 4 × 4 pixels, of the classes 3, 8 and 5: pixel p of image i is 100 i + p. */
const images = tensor(
  Array.from({ length: 48 }, (_, at) => 100 * Math.floor(at / 16) + (at % 16)),
  3,
  16
)
const labels = { shape: [3], data: Int32Array.of(3, 8, 5) }

describe("data/pair", () => {
  it.effect("keeps two classes, averages squares, and adds a column of ones", () =>
    Effect.gen(function* () {
      const { outputs, metrics } = yield* runStage(pair, { negative: 5, positive: 3, side: 2 }, { images, labels })
      assert.deepStrictEqual(outputs.X, tensor([2.5, 4.5, 10.5, 12.5, 1, 202.5, 204.5, 210.5, 212.5, 1], 2, 5))
      assert.deepStrictEqual(outputs.y, tensor([1, -1]))
      assert.deepStrictEqual(metrics, { points: 2, positive: 1 })
      const plain = yield* runStage(pair, { negative: 5, positive: 3, side: 4, bias: false }, { images, labels })
      assert.deepStrictEqual([...plain.outputs.X.data], [...images.data.subarray(0, 16), ...images.data.subarray(32)])
    })
  )

  it.effect("refuses classes that are not there, and sides that do not fit", () =>
    Effect.gen(function* () {
      const failure = (params: { negative: number; positive: number; side: number }, given = labels) =>
        Effect.map(Effect.flip(runStage(pair, params, { images, labels: given })), ({ message }) => message)
      assert.match(yield* failure({ negative: 7, positive: 3, side: 2 }), /no image has the label 7/)
      assert.match(yield* failure({ negative: 5, positive: 3, side: 3 }), /multiple of 3/)
      const few = { shape: [2], data: Int32Array.of(3, 8) }
      assert.match(yield* failure({ negative: 8, positive: 3, side: 2 }, few), /3 labels, one for each image/)
    })
  )
})
