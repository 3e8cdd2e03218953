import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import interiorPoint from "../../../stages/convex/interior-point.ts"
import sampled from "../../../stages/convex/sampled.ts"
import { runStage } from "../run-stage.ts"
import { everyPattern, examplesOf, LOSSES, problem } from "./problems.ts"

const given = problem("sampled", 7, 3)

describe("convex/sampled", () => {
  for (const loss of LOSSES) {
    it.effect(`falls with more directions and stays above the optimum, which improvements reach, ${loss} loss`, () =>
      Effect.gen(function* () {
        const { active, count, rows } = yield* everyPattern(examplesOf(given))
        const patterns = { shape: [rows, count], data: active }
        const best = yield* runStage(interiorPoint, { loss, beta: 0.05 }, { ...given, patterns })
        const optimum = best.metrics["objective"]!
        let last = Number.POSITIVE_INFINITY
        for (const directions of [5, 20, 60]) {
          const { metrics } = yield* runStage(sampled, { loss, beta: 0.05, directions }, given)
          // Neurons with one pattern are put together, which lowers the objective of the network below the value of the program.
          assert.isAtLeast(metrics["objective"]!, optimum * (1 - 1e-8))
          assert.isAtMost(metrics["value"]!, last + 1e-8)
          last = metrics["value"]!
        }
        const params = { loss, beta: 0.05, directions: 20, improvements: 150 }
        const { outputs, metrics } = yield* runStage(sampled, params, { ...given, patterns })
        assert.closeTo(metrics["objective"]! / optimum, 1, 1e-7)
        assert.isAtMost(metrics["certificate"]!, 1 + 1e-6)
        const values = outputs.course.columns["value"] as Float64Array
        for (let k = 1; k < values.length; k++) assert.isAtMost(values[k]!, values[k - 1]! + 1e-8)
      })
    )
  }

  it.effect("comes to one value by either method", () =>
    Effect.gen(function* () {
      for (const loss of ["squared", "logistic"] as const) {
        const params = { loss, beta: 0.2, directions: 12, tolerance: 1e-8 }
        const one = yield* runStage(sampled, params, given)
        const other = yield* runStage(sampled, { ...params, method: "coordinate-descent" }, given)
        assert.closeTo(one.metrics["value"]! / other.metrics["value"]!, 1, 2e-8)
      }
    })
  )

  it.effect("gives no neuron for a large β, and refuses coordinates for a loss with a kink", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(sampled, { loss: "logistic", beta: 100 }, given)
      assert.strictEqual(metrics["neurons"], 0)
      const params = { loss: "hinge", method: "coordinate-descent" } as const
      assert.match((yield* Effect.flip(runStage(sampled, params, given))).message, /needs a smooth loss/)
      const hard = { method: "coordinate-descent", sweeps: 1, beta: 1e-6, tolerance: 1e-12 } as const
      assert.match((yield* Effect.flip(runStage(sampled, hard, given))).message, /after 1 steps/)
    })
  )
})
