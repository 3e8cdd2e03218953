import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { topologicalOrder } from "../../../stages/notears/Dag.ts"
import graph from "../../../stages/notears/graph.ts"
import { positionsOf } from "../../../stages/notears/Order.ts"
import { runStage, takes } from "../run-stage.ts"

describe("notears/graph", () => {
  it.effect("draws as many edges as asked for, along an order, with weights of the sizes asked for", () =>
    Effect.gen(function* () {
      for (const [kind, degree, nodes, edges] of [
        ["ER", 1, 10, 10],
        ["ER", 4, 9, 36],
        ["ER", 0, 3, 0],
        ["SF", 4, 15, 50],
        ["SF", 1, 8, 7],
        ["SF", 9, 4, 6]
      ] as const) {
        const { metrics, outputs } = yield* runStage(graph, { kind, degree, nodes, seed: degree }, {})
        assert.strictEqual(metrics["edges"], edges)
        const positions = positionsOf(Int32Array.from(outputs.order.data))
        const weights = [...outputs.weights.data.entries()].filter(([, weight]) => weight !== 0)
        assert.strictEqual(weights.length, edges)
        for (const [at, weight] of weights) {
          assert.isBelow(positions[Math.floor(at / nodes)]!, positions[at % nodes]!)
          assert.isTrue(Math.abs(weight) >= 0.5 && Math.abs(weight) <= 2)
        }
        if (edges > 20)
          assert.isTrue(weights.some(([, weight]) => weight < 0) && weights.some(([, weight]) => weight > 0))
      }
    })
  )

  it.effect("ER: takes each pair, in each direction, equally often", () =>
    Effect.gen(function* () {
      const counts = new Float64Array(16)
      for (let seed = 0; seed < 600; seed++) {
        const { outputs } = yield* runStage(graph, { nodes: 4, degree: 1, seed }, {})
        for (const [at, weight] of outputs.weights.data.entries()) if (weight !== 0) counts[at]!++
      }
      // 600 · 4 edges over 12 pairs; the standard deviation of a count is 12.
      for (const [at, count] of counts.entries()) assert.closeTo(count, at % 5 === 0 ? 0 : 200, 60)
    })
  )

  it.effect("SF: gives one node far more edges than ER does", () =>
    Effect.gen(function* () {
      const most = (kind: "ER" | "SF") =>
        Effect.gen(function* () {
          let sum = 0
          for (let seed = 0; seed < 10; seed++) {
            const { outputs } = yield* runStage(graph, { nodes: 100, degree: 2, kind, seed }, {})
            const into = new Float64Array(100)
            for (const [at, weight] of outputs.weights.data.entries()) if (weight !== 0) into[at % 100]!++
            sum += Math.max(...into) / 10
          }
          return sum
        })
      assert.isAbove(yield* most("SF"), 2 * (yield* most("ER")))
    })
  )

  it.effect("depends on the seed, and on nothing else", () =>
    Effect.gen(function* () {
      const weights = (seed: number) => Effect.map(runStage(graph, { seed }, {}), ({ outputs }) => outputs.weights.data)
      assert.deepStrictEqual(yield* weights(1), yield* weights(1))
      assert.notDeepEqual(yield* weights(1), yield* weights(2))
      const { outputs } = yield* runStage(graph, { nodes: 1, degree: 0 }, {})
      assert.deepStrictEqual([...(yield* topologicalOrder("w", Float64Array.from(outputs.weights.data), 1))], [0])
    })
  )

  it.effect("refuses more edges than there are pairs, and sizes that are none", () =>
    Effect.gen(function* () {
      const many = yield* Effect.flip(runStage(graph, { nodes: 5, degree: 3 }, {}))
      assert.match(many.message, /^5 nodes have 10 pairs, 15 edges were asked for/u)
      assert.strictEqual((yield* Effect.flip(runStage(graph, { least: 2, most: 1 }, {})))._tag, "NoWeights")
      assert.isFalse(takes(graph, { nodes: 0 }))
      assert.isFalse(takes(graph, { degree: -1 }))
      assert.isFalse(takes(graph, { kind: "WS" }))
    })
  )
})
