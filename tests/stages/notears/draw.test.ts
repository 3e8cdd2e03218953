import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import draw from "../../../stages/notears/draw.ts"
import { tensor } from "../arrays.ts"
import { assertDrawn } from "../figures.ts"
import { runStage } from "../run-stage.ts"
import { graph } from "./graphs.ts"

describe("notears/draw", () => {
  it.effect("shows each edge as what it is to the other graph", () =>
    Effect.gen(function* () {
      const truth = tensor(graph(4, [0, 1], [1, 2], [2, 3]), 4, 4)
      const weights = tensor(graph(4, [0, 1], [2, 1], [0, 3]), 4, 4)
      const { figure } = (yield* runStage(draw, {}, { truth, weights })).outputs
      yield* assertDrawn(figure, ["true", "learned", "right", "turned round", "too many", "missing"])
      const text = JSON.stringify(figure.spec)
      assert.include(text, "structural Hamming distance 3")
      // Each list of edges is drawn twice, as lines and as heads.
      const count = (kind: string) => text.split(`"kind":"${kind}"`).length - 1
      assert.deepStrictEqual(["right", "turned round", "too many", "missing"].map(count), [4, 4, 2, 2])
    })
  )

  it.effect("refuses a true graph with a cycle", () =>
    Effect.gen(function* () {
      const cyclic = tensor(graph(2, [0, 1], [1, 0]), 2, 2)
      assert.strictEqual((yield* Effect.flip(runStage(draw, {}, { truth: cyclic, weights: cyclic })))._tag, "Cyclic")
    })
  )
})
