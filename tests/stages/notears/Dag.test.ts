import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { edgeCount, reachability, thresholded, topologicalOrder } from "../../../stages/notears/Dag.ts"
import { positionsOf } from "../../../stages/notears/Order.ts"
import { graph, pathsByBruteForce, randomDag } from "./graphs.ts"

describe("Dag", () => {
  it.effect("orders the nodes so that every edge goes forward", () =>
    Effect.gen(function* () {
      for (const d of [1, 2, 7, 40]) {
        const { weights } = randomDag(`order ${d}`, d, 0.3)
        const positions = positionsOf(yield* topologicalOrder("w", weights, d))
        for (const [at, weight] of weights.entries()) {
          if (weight !== 0) assert.isBelow(positions[Math.floor(at / d)]!, positions[at % d]!)
        }
      }
    })
  )

  it.effect("takes the smallest of the nodes that may come next", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual([...(yield* topologicalOrder("w", new Float64Array(9), 3))], [0, 1, 2])
      assert.deepStrictEqual([...(yield* topologicalOrder("w", graph(4, [3, 0], [1, 0]), 4))], [1, 2, 3, 0])
      assert.deepStrictEqual([...(yield* topologicalOrder("w", new Float64Array(0), 0))], [])
    })
  )

  it.effect("names a cycle, and none of the nodes that lead to it or away from it", () =>
    Effect.gen(function* () {
      const weights = graph(6, [5, 1], [1, 4], [4, 2], [2, 1], [2, 3], [0, 5])
      const error = yield* Effect.flip(topologicalOrder("truth", weights, 6))
      assert.deepStrictEqual([...error.cycle].sort(), [1, 2, 4])
      for (const [k, node] of error.cycle.entries()) {
        assert.notStrictEqual(weights[node * 6 + error.cycle[(k + 1) % error.cycle.length]!], 0)
      }
      assert.match(error.message, /^truth is no acyclic graph: it has the cycle \d → \d → \d → \d$/u)
      const loop = yield* Effect.flip(topologicalOrder("truth", graph(2, [1, 1]), 2))
      assert.strictEqual(loop.message, "truth is no acyclic graph: it has the cycle 1 → 1")
    })
  )

  it("finds the paths that Floyd and Warshall find", () => {
    for (const d of [1, 5, 31, 33, 65]) {
      for (const chance of [0.05, 0.4]) {
        const { weights, order } = randomDag(`paths ${d} ${chance}`, d, chance)
        assert.deepStrictEqual(reachability(weights, d, order), pathsByBruteForce(weights, d))
      }
    }
  })

  it("leaves out what is below a threshold, and loops", () => {
    const found = thresholded(Float64Array.of(5, 0.3, -0.29, 0), 2, 0.3)
    assert.deepStrictEqual([...found], [0, 0.3, 0, 0])
    assert.strictEqual(edgeCount(found), 1)
  })
})
