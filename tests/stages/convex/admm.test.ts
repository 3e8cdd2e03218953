import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import admm from "../../../stages/convex/admm.ts"
import patterns from "../../../stages/convex/patterns.ts"
import { normals, tensor } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"

const [X, y] = [normals("stage x", 10, 2), normals("stage y", 10)]

type Params = (typeof admm)["params"]["Encoded"]

const solved = (params: Params = {}) => runStage(admm, { sampled: 12, iterations: 200, ...params }, { X, y })

describe("convex/admm", () => {
  it.effect("goes on to the bytes of a course from the beginning", () =>
    Effect.gen(function* () {
      for (const at of [0, 50, 110]) {
        const { outputs } = yield* solved({ iterations: at })
        const longer = yield* runStage(admm, { sampled: 12, iterations: 200 }, { X, y }, { at, outputs })
        assert.deepStrictEqual(longer, yield* solved())
      }
    })
  )

  it.effect("stops where all residuals are small, and stays there", () =>
    Effect.gen(function* () {
      const { metrics, outputs } = yield* solved({ tolerance: 0.1, iterations: 5000 })
      assert.isBelow(metrics["iterations"]!, 5000)
      for (const name of ["blocks", "cones", "optimality"]) assert.isAtMost(metrics[`residual of ${name}`]!, 0.1)
      const longer = yield* runStage(
        admm,
        { sampled: 12, tolerance: 0.1, iterations: 6000 },
        { X, y },
        { at: 5000, outputs }
      )
      assert.deepStrictEqual(longer.outputs, outputs)
    })
  )

  it.effect("takes patterns that are given for those that it samples itself", () =>
    Effect.gen(function* () {
      const given = yield* runStage(patterns, { sampled: 12 }, { X })
      const { outputs } = yield* runStage(admm, { iterations: 200 }, { X, y, patterns: given.outputs.patterns })
      assert.deepStrictEqual(outputs, (yield* solved()).outputs)
    })
  )

  it.effect("refuses what it cannot learn from, in words", () =>
    Effect.gen(function* () {
      const refused = (inputs: Partial<{ X: typeof X; y: typeof y; patterns: typeof X }>, params: Params = {}) =>
        Effect.flip(runStage(admm, params, { X, y, ...inputs }))
      assert.include((yield* refused({}, { sampled: 21 })).message, "10 points of rank 2 have at most 20")
      assert.include((yield* refused({}, { sampled: 20, draws: 5 })).message, "5 directions gave")
      assert.include((yield* refused({ y: tensor([1, 2]) })).message, "y has shape 2, expected 10")
      assert.include((yield* refused({ X: tensor([1, Number.NaN, 3, 4], 2, 2) })).message, "element (0, 1) of X is NaN")
      const far = yield* refused({ X: tensor([1, 1e160, 3, 4], 2, 2) })
      assert.include(far.message, "element (0, 1) of X is 1e+160: numbers go up to 1e+40")
      assert.include((yield* refused({ X: tensor([]) })).message, "X has shape 0, expected points × coordinates")
      const halves = tensor(new Float64Array(20).fill(0.5), 10, 2)
      assert.include((yield* refused({ patterns: halves })).message, "element (0, 0) of patterns is 0.5")
    })
  )

  it("takes no β of 0 and no over-relaxation that diverges", () => {
    for (const params of [{ beta: 0 }, { rho: -1 }, { relaxation: 2 }]) assert.isFalse(takes(admm, params))
  })
})
