import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { acyclicPart } from "../../../stages/notears/acyclic-part.ts"
import { positionsOf } from "../../../stages/notears/Order.ts"
import { randomWeights } from "./acyclicity/random-weights.ts"
import { pathsByBruteForce } from "./graphs.ts"

const hasCycle = (weights: Float64Array, d: number): boolean => {
  const leads = pathsByBruteForce(weights, d)
  return weights.some((weight, at) => weight !== 0 && leads[(at % d) * d + Math.floor(at / d)] === 1)
}

describe("acyclicPart", () => {
  it.effect("drops the smallest edges until there is no cycle, and what is below the threshold", () =>
    Effect.gen(function* () {
      // 0 → 1 → 2 → 0, and a loop.
      const weights = Float64Array.of(9, 0.5, 0, 0, 0, -0.4, 0.1, 0, 0)
      const part = yield* acyclicPart(weights, 3, 0.45)
      assert.deepStrictEqual([...part.weights], [0, 0.5, 0, 0, 0, 0, 0, 0, 0])
      assert.deepStrictEqual([...part.order], [0, 1, 2])
      assert.strictEqual(part.cutoff, 0.1)
    })
  )

  it.effect("drops no more than it must, and orders all that it could keep", () =>
    Effect.gen(function* () {
      for (let seed = 0; seed < 60; seed++) {
        const d = 1 + (seed % 8)
        const weights = randomWeights(d, 0.5, seed)
        const { weights: kept, order, cutoff } = yield* acyclicPart(weights, d, 0.3)
        const above = weights.map((weight) => (Math.abs(weight) > cutoff ? weight : 0))
        const positions = positionsOf(order)
        for (const [at, weight] of above.entries()) {
          if (weight !== 0) assert.isBelow(positions[Math.floor(at / d)]!, positions[at % d]!)
          assert.strictEqual(kept[at], Math.abs(weight) >= 0.3 ? weight : 0)
        }
        const oneMore = weights.map((weight) => (Math.abs(weight) >= cutoff ? weight : 0))
        assert.strictEqual(hasCycle(oneMore, d), cutoff > 0)
      }
    })
  )

  it.effect("drops all edges of a cycle of one size", () =>
    Effect.gen(function* () {
      const part = yield* acyclicPart(Float64Array.of(0, 1, -1, 0), 2, 0.3)
      assert.deepStrictEqual([...part.weights], [0, 0, 0, 0])
      assert.strictEqual(part.cutoff, 1)
    })
  )
})
