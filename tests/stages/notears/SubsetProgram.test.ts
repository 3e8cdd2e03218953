import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { covarianceOf } from "../../../stages/notears/Covariance.ts"
import { LeastSquaresOrder } from "../../../stages/notears/LeastSquaresOrder.ts"
import { lowerBound } from "../../../stages/notears/LowerBound.ts"
import { SubsetProgram } from "../../../stages/notears/SubsetProgram.ts"
import { inverseRoot } from "../../../stages/notears/triangular-root.ts"
import { leastScore } from "./exhaustive.ts"
import { linearSamples } from "./samples.ts"

const solved = (moments: Float64Array, d: number): SubsetProgram => {
  const program = new SubsetProgram(d)
  program.solve(moments)
  return program
}

describe("SubsetProgram", () => {
  it.effect("finds what trying all orders finds, and an order of that score", () =>
    Effect.gen(function* () {
      for (const d of [1, 2, 3, 4, 5, 6]) {
        for (const spread of [0, 2]) {
          const { data, root } = yield* covarianceOf(linearSamples(`all ${d} ${spread}`, 60, d, spread), false)
          const program = solved(data, d)
          assert.closeTo(program.score / leastScore(root, d), 1, 1e-11)
          assert.closeTo(new LeastSquaresOrder(root, program.order()).score / program.score, 1, 1e-11)
        }
      }
    })
  )

  it.effect("is never below the lower bound, nor above any order", () =>
    Effect.gen(function* () {
      for (const d of [8, 11]) {
        for (let instance = 0; instance < 5; instance++) {
          const { data, root } = yield* covarianceOf(linearSamples(`bound ${d} ${instance}`, 200, d, instance), true)
          const { score } = solved(data, d)
          const bound = lowerBound(root, inverseRoot(root, d), d)
          assert.isAtLeast(score, bound)
          assert.isAbove(bound, 0.5 * score)
          const some = new LeastSquaresOrder(
            root,
            Int32Array.from({ length: d }, (_, node) => node)
          )
          assert.isAtMost(score, some.score * (1 + 1e-12))
        }
      }
    })
  )
})
