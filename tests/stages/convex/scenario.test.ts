import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import columns from "../../../stages/convex/columns.ts"
import scenario, { scenarios } from "../../../stages/convex/scenario.ts"
import { runStage } from "../run-stage.ts"
import { problem } from "./problems.ts"

describe("convex/scenario", () => {
  it("takes the smaller of both numbers of scenarios", () => {
    // (n + 1) / (ψ ξ) − 1 = 19, and 2 / ψ · (n + 1 + log 2) = 37.5.
    assert.strictEqual(scenarios(8, 0.9, 0.5), 19)
    assert.strictEqual(scenarios(39, 0.1, 0.01), Math.ceil(20 * (40 + Math.log(100))))
    assert.isAbove(scenarios(39, 0.05, 0.01), scenarios(39, 0.1, 0.01))
  })

  it.effect("keeps its promise over many samples, most of which do better", () =>
    Effect.gen(function* () {
      const given = problem("scenario", 10, 3)
      const params = { psi: 0.4, xi: 0.5, fresh: 300 }
      const optimum = (yield* runStage(columns, {}, given)).metrics["objective"]!
      let [broken, lowered] = [0, 0]
      for (let seed = 0; seed < 6; seed++) {
        const { metrics } = yield* runStage(scenario, { ...params, seed }, given)
        assert.isAtLeast(metrics["objective"]!, optimum * (1 - 1e-8))
        if (metrics["lowering"]! > params.psi) broken++
        if (metrics["lowering"]! > 0) lowered++
      }
      assert.isAtMost(broken, 3)
      // The samples are not all patterns: some fresh ones do lower the optimum.
      assert.isAbove(lowered, 0)
    })
  )

  it.effect("finds nothing that lowers the optimum where the sample has every pattern", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(scenario, { fresh: 500 }, problem("all of them", 4, 2))
      assert.isAtMost(metrics["patterns"]!, 8)
      assert.strictEqual(metrics["lowering"], 0)
    })
  )
})
