import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import labels from "../../../stages/data/labels.ts"
import { tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"

describe("data/labels", () => {
  it.effect("tells targets above the threshold from the others, and adds a column of ones", () =>
    Effect.gen(function* () {
      const inputs = { points: tensor([1, 2, 3, 4, 5, 6], 3, 2), targets: tensor([0.5, 0.25, -1]) }
      const { outputs } = yield* runStage(labels, { threshold: 0.25 }, inputs)
      assert.deepStrictEqual(outputs, { X: tensor([1, 2, 1, 3, 4, 1, 5, 6, 1], 3, 3), y: tensor([1, -1, -1]) })
      const plain = yield* runStage(labels, { bias: false }, inputs)
      assert.deepStrictEqual(plain.outputs, { X: inputs.points, y: tensor([1, 1, -1]) })
      const { message } = yield* Effect.flip(runStage(labels, {}, { ...inputs, targets: tensor([1]) }))
      assert.match(message, /3 targets, one for each point/)
    })
  )
})
