import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import augmentedLagrangian from "../../../stages/convex/augmented-lagrangian.ts"
import blockAdmm from "../../../stages/convex/block-admm.ts"
import interiorPoint from "../../../stages/convex/interior-point.ts"
import { runStage } from "../run-stage.ts"
import { everyPattern, examplesOf, LOSSES, problem } from "./problems.ts"

const given = problem("first order", 8, 2)

const patternsOf = () =>
  Effect.map(everyPattern(examplesOf(given)), ({ active, count, rows }) => ({ shape: [rows, count], data: active }))

describe("convex/block-admm", () => {
  for (const loss of LOSSES) {
    it.effect(`comes near the optimum, and its residuals fall, ${loss} loss`, () =>
      Effect.gen(function* () {
        const inputs = { ...given, patterns: yield* patternsOf() }
        const optimum = (yield* runStage(interiorPoint, { loss }, inputs)).metrics["objective"]!
        const { outputs, metrics } = yield* runStage(blockAdmm, { loss, iterations: 500, every: 50 }, inputs)
        assert.isAtLeast(metrics["objective"]!, optimum * (1 - 1e-9))
        // The hinge loss is rounded off, and its network the best of another one.
        assert.isAtMost(metrics["objective"]!, optimum * (loss === "hinge" ? 1.2 : 1.02))
        const { blocks, cone } = outputs.history.columns as { [name: string]: Float64Array }
        assert.isBelow(blocks!.at(-1)!, blocks![0]! / 5)
        assert.isBelow(cone!.at(-1)!, cone![0]! / 5)
      })
    )
  }

  it.effect("ends when both residuals are small, and goes the same way for one seed", () =>
    Effect.gen(function* () {
      const inputs = { ...given, patterns: yield* patternsOf() }
      const params = { tolerance: 0.01, every: 5 }
      const { metrics } = yield* runStage(blockAdmm, params, inputs)
      assert.isBelow(metrics["iterations"]!, 1000)
      assert.isAtMost(Math.max(metrics["residual of blocks"]!, metrics["residual of cones"]!), 0.01)
      assert.deepStrictEqual((yield* runStage(blockAdmm, params, inputs)).metrics, metrics)
    })
  )
})

describe("convex/augmented-lagrangian", () => {
  it.effect("comes near the optimum with cones that are violated ever less", () =>
    Effect.gen(function* () {
      const inputs = { ...given, patterns: yield* patternsOf() }
      const optimum = (yield* runStage(interiorPoint, {}, inputs)).metrics["objective"]!
      const { outputs, metrics } = yield* runStage(augmentedLagrangian, { inner: 300 }, inputs)
      assert.isAtMost(metrics["violation"]!, 1e-6)
      assert.isAtLeast(metrics["objective"]!, optimum * (1 - 1e-9))
      assert.isAtMost(metrics["objective"]!, optimum * 1.001)
      const { objective, value, violation } = outputs.history.columns as { [name: string]: Float64Array }
      assert.isBelow(violation!.at(-1)!, violation![0]! / 100)
      // Out of its cones the value of the program lies below the optimum, and the network it gives does not.
      assert.isBelow(value![0]!, optimum)
      for (const found of objective!) assert.isAtLeast(found, optimum * (1 - 1e-9))
    })
  )

  it.effect("tells how far it has come where the steps end before", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(
        augmentedLagrangian,
        { steps: 3 },
        { ...given, patterns: yield* patternsOf() }
      )
      assert.strictEqual(metrics["steps"], 3)
      assert.isAbove(metrics["violation"]!, 1e-6)
    })
  )
})
