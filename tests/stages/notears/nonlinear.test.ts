import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mean, variance } from "../../../stages/math/special/Statistics.ts"
import simulate from "../../../stages/notears/simulate-nonlinear.ts"
import { difference, tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"

/** 0 → 1, 0 → 2 ← 1 */
const TRIANGLE = tensor([0, 0.5, -0.4, 0, 0, 0.2, 0, 0, 0], 3, 3)

const MODELS = ["logistic", "poisson", "mlp", "mim", "gp", "gp-add"] as const

const column = (X: { readonly data: ArrayLike<number> }, node: number): Float64Array =>
  Float64Array.from({ length: X.data.length / 3 }, (_, row) => X.data[3 * row + node]!)

describe("notears/simulate-nonlinear", () => {
  it.effect.each(MODELS)("draws %s from its seed alone, and a node from its parents alone", (model) =>
    Effect.gen(function* () {
      const draw = (weights: typeof TRIANGLE, seed: number) =>
        runStage(simulate, { model, samples: 50, seed }, { weights }).pipe(Effect.map(({ outputs }) => outputs.X))
      const [first, again, other] = [yield* draw(TRIANGLE, 1), yield* draw(TRIANGLE, 1), yield* draw(TRIANGLE, 2)]
      assert.deepStrictEqual(again, first)
      assert.isAbove(difference(column(other, 0), column(first, 0)), 0)
      const chain = yield* draw(tensor([0, 0.5, 0, 0, 0, 0.2, 0, 0, 0], 3, 3), 1)
      for (const node of [0, 1]) assert.deepStrictEqual(column(chain, node), column(first, node))
      assert.isAbove(difference(column(chain, 2), column(first, 2)), 0)
    })
  )

  it.effect("draws bits with the chances of a logistic model", () =>
    Effect.gen(function* () {
      const weights = tensor([0, 1.5, 0, 0, 0, 0, 0, 0, 0], 3, 3)
      const { X } = (yield* runStage(simulate, { model: "logistic", samples: 20_000 }, { weights })).outputs
      const [cause, effect] = [column(X, 0), column(X, 1)]
      assert.closeTo(mean(cause), 0.5, 0.015)
      for (const bit of [0, 1]) {
        const of = effect.filter((_, row) => cause[row] === bit)
        assert.closeTo(mean(of), 1 / (1 + Math.exp(-1.5 * bit)), 0.02)
      }
    })
  )

  it.effect("draws counts with the means of a Poisson model", () =>
    Effect.gen(function* () {
      const weights = tensor([0, 0.4, 0, 0], 2, 2)
      const { X } = (yield* runStage(simulate, { model: "poisson", samples: 20_000 }, { weights })).outputs
      const rows = Array.from({ length: 20_000 }, (_, row) => [X.data[2 * row]!, X.data[2 * row + 1]!] as const)
      for (const count of [0, 1, 2]) {
        const of = Float64Array.from(rows.filter(([cause]) => cause === count).map(([, effect]) => effect))
        assert.closeTo(mean(of), Math.exp(0.4 * count), 0.08)
        assert.closeTo(variance(of) / mean(of), 1, 0.08)
      }
    })
  )

  it.effect("adds normal noise of variance 1 to smooth functions, and in nodes without parents is noise alone", () =>
    Effect.gen(function* () {
      for (const model of ["mlp", "mim", "gp", "gp-add"] as const) {
        const { X } = (yield* runStage(simulate, { model, samples: 800 }, { weights: TRIANGLE })).outputs
        assert.closeTo(variance(column(X, 0)), 1, 0.2)
        // Neighbours by the parent have nearly the same mean: half the squared difference is the variance of the noise.
        const [cause, effect] = [column(X, 0), column(X, 1)]
        const rows = Array.from(cause.keys()).sort((a, b) => cause[a]! - cause[b]!)
        const steps = rows.slice(1).map((row, at) => (effect[row]! - effect[rows[at]!]!) ** 2 / 2)
        assert.closeTo(mean(Float64Array.from(steps)), 1, 0.25)
      }
    })
  )

  it.effect("refuses graphs with cycles, and counts that are too large", () =>
    Effect.gen(function* () {
      const draw = (weights: ReturnType<typeof tensor>) =>
        Effect.flip(runStage(simulate, { model: "poisson" }, { weights }))
      assert.strictEqual((yield* draw(tensor([0, 1, 1, 0], 2, 2)))._tag, "Cyclic")
      const chain = tensor([0, 2, 0, 0, 0, 2, 0, 0, 0], 3, 3)
      assert.match((yield* draw(chain)).message, /^node 2 has a mean beyond/u)
    })
  )
})
