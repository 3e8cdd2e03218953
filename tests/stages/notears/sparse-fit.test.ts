import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stream } from "../../../stages/math/random/Philox.ts"
import { type Covariance, covarianceOf } from "../../../stages/notears/Covariance.ts"
import { LeastSquaresOrder } from "../../../stages/notears/LeastSquaresOrder.ts"
import { NodewiseOrder } from "../../../stages/notears/NodewiseOrder.ts"
import { sparseFit } from "../../../stages/notears/sparse-fit.ts"
import { linearSamples } from "./samples.ts"

/** The residual variance of a node given others: that of the last in an order of these alone. */
const variance = ({ data, d }: Covariance, node: number, given: ReadonlyArray<number>): number => {
  const nodes = [...given, node]
  const m = nodes.map((i) => nodes.map((j) => data[i * d + j]!))
  for (let k = 0; k < given.length; k++) {
    for (let i = k + 1; i < nodes.length; i++) {
      const share = m[i]![k]! / m[k]![k]!
      for (let j = k; j < nodes.length; j++) m[i]![j]! -= share * m[k]![j]!
    }
  }
  return m[given.length]![given.length]!
}

describe("sparseFit", () => {
  it.effect("without a price is least squares on all nodes before", () =>
    Effect.gen(function* () {
      const covariance = yield* covarianceOf(linearSamples("free", 80, 7), false)
      const order = stream(0, "free").permutation(7)
      const [sparse, full] = [
        new NodewiseOrder(sparseFit(covariance, "squares", 0), order),
        new LeastSquaresOrder(covariance.root, order)
      ]
      assert.closeTo(sparse.score / full.score, 1, 1e-12)
      const [one, other] = [sparse.weights(), full.weights()]
      for (const [at, weight] of one.entries()) assert.closeTo(weight, other[at]!, 1e-10)
    })
  )

  it.effect("finds the best set of all, in nearly every case, and never claims a better one", () =>
    Effect.gen(function* () {
      let [best, all] = [0, 0]
      for (let trial = 0; trial < 60; trial++) {
        const covariance = yield* covarianceOf(linearSamples(`sets ${trial}`, 40, 7), false)
        const before = Int32Array.of(0, 1, 2, 3, 4, 5)
        for (const cost of ["squares", "likelihood"] as const) {
          const price = 0.05
          const sets = Array.from({ length: 64 }, (_, set) => [...before].filter((p) => (set >>> p) % 2 === 1))
          const scores = sets.map((set) => {
            const left = variance(covariance, 6, set)
            return (cost === "squares" ? left : Math.log(left)) / 2 + price * set.length
          })
          const found = sparseFit(covariance, cost, price)(6, before).score
          const least = Math.min(...scores)
          assert.isAtLeast(found, least - 1e-12)
          if (found <= least + 1e-10) best++
          all++
        }
      }
      assert.isAtLeast(best / all, 0.95)
    })
  )

  it.effect("tells no order from another by the likelihood alone", () =>
    Effect.gen(function* () {
      const covariance = yield* covarianceOf(linearSamples("flat", 100, 6, 2), false)
      const score = (trial: number) =>
        new NodewiseOrder(sparseFit(covariance, "likelihood", 0), stream(trial, "flat").permutation(6)).score
      for (let trial = 1; trial < 8; trial++) assert.closeTo(score(trial), score(0), 1e-11)
    })
  )
})
