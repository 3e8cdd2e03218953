import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import climb from "../../../stages/notears/climb.ts"
import evaluate from "../../../stages/notears/evaluate.ts"
import exact from "../../../stages/notears/exact.ts"
import sort from "../../../stages/notears/sort.ts"
import topo from "../../../stages/notears/topo.ts"
import { tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"
import { graph } from "./graphs.ts"
import { INSTANCES, instance } from "./instances.ts"

describe("notears/evaluate", () => {
  it.effect("finds nothing wrong with the truth in the limit of many samples", () =>
    Effect.gen(function* () {
      const { X, truth } = yield* instance(INSTANCES[1]!)
      const { summary } = (yield* runStage(evaluate, {}, { X, weights: truth, truth })).outputs
      for (const name of ["score", "refit", "bound", "trueScore"]) assert.closeTo(summary[name]!, 5, 1e-10, name)
      for (const name of ["kkt", "prunedKkt", "gap", "aboveBound", "shd", "fdr", "fpr", "refitShd"]) {
        assert.closeTo(summary[name]!, 0, 1e-10, name)
      }
      assert.deepStrictEqual([summary["tpr"], summary["edges"], summary["trueEdges"]], [1, 20, 20])
      assert.isUndefined(summary["varsortability"])
    })
  )

  it.effect("tells the score of the weights as they are from that of their order", () =>
    Effect.gen(function* () {
      const { X, truth } = yield* instance(INSTANCES[0]!)
      const half = tensor(
        truth.data.map((weight) => weight / 2),
        10,
        10
      )
      const { metrics } = yield* runStage(evaluate, { threshold: 0.6 }, { X, weights: half, truth })
      assert.isAbove(metrics["score"]!, 1.1 * metrics["refit"]!)
      assert.closeTo(metrics["gap"]!, 0, 1e-12)
      assert.isAbove(metrics["kkt"]!, 0.1)
      assert.isBelow(metrics["refitKkt"]!, 1e-12)
      assert.isBelow(metrics["edges"]!, 20)
      assert.strictEqual(metrics["shd"], 20 - metrics["edges"]!)
      assert.isTrue(metrics["varsortability"]! > 0.8 && metrics["varsortability"]! <= 1)
    })
  )

  it.effect("finds that a random order passes the KKT condition, but not where small edges are no paths", () =>
    Effect.gen(function* () {
      const { X, truth } = yield* instance(INSTANCES[0]!)
      const { weights } = (yield* runStage(topo, { maxRounds: 0, seed: 5 }, { X })).outputs
      const { summary } = (yield* runStage(evaluate, {}, { X, weights, truth })).outputs
      assert.isBelow(summary["kkt"]!, 1e-12)
      assert.isAbove(summary["prunedKkt"]!, 0.01)
    })
  )

  it.effect("takes weights without a truth, and says what a method has cost", () =>
    Effect.gen(function* () {
      const X = tensor([1, 2, 3, 5], 2, 2)
      const weights = tensor([0, 1, 0, 0], 2, 2)
      const { metrics, outputs } = yield* runStage(evaluate, {}, { X, weights, work: { flops: 12 } })
      assert.deepStrictEqual([outputs.summary["flops"], outputs.summary["shd"]], [12, undefined])
      assert.closeTo(metrics["score"]!, (1 + 9 + 1 + 4) / 4, 1e-13)
    })
  )

  it.effect("compares graphs from fewer samples than variables, and leaves out what regressions would tell", () =>
    Effect.gen(function* () {
      const [X, weights] = [tensor([1, 2, 3, 3, 5, 1], 2, 3), tensor([0, 1, 0, 0, 0, 0, 0, 0, 0], 3, 3)]
      const truth = tensor([0, 1, 0, 0, 0, 1, 0, 0, 0], 3, 3)
      const { summary } = (yield* runStage(evaluate, {}, { X, weights, truth })).outputs
      assert.closeTo(summary["score"]!, (1 + 1 + 9 + 9 + 4 + 1) / 4, 1e-13)
      assert.deepStrictEqual([summary["shd"], summary["edges"], summary["trueEdges"]], [1, 1, 2])
      assert.isUndefined(summary["refit"])
    })
  )

  it.effect("refuses graphs with cycles, and says which", () =>
    Effect.gen(function* () {
      const { X, truth } = yield* instance(INSTANCES[0]!)
      const cyclic = tensor(graph(10, [3, 4], [4, 3]), 10, 10)
      const found = yield* Effect.flip(runStage(evaluate, {}, { X, weights: cyclic, truth }))
      assert.match(found.message, /^weights is no acyclic graph: it has the cycle \d → \d → \d$/u)
      const real = yield* Effect.flip(runStage(evaluate, {}, { X, weights: truth, truth: cyclic }))
      assert.match(real.message, /^truth is no acyclic graph/u)
    })
  )
})

describe("methods beside each other", () => {
  it.effect("climbing and sorting are never below the optimum, and climbing never above where it began", () =>
    Effect.gen(function* () {
      for (const kind of [INSTANCES[0]!, INSTANCES[5]!]) {
        const { X } = yield* instance(kind)
        const best = (yield* runStage(exact, {}, { X })).metrics["score"]!
        const sorted = yield* runStage(sort, {}, { X })
        const byShare = yield* runStage(sort, { by: "r2" }, { X })
        const climbed = yield* runStage(climb, {}, { X, order: sorted.outputs.order })
        const scores = [sorted, byShare, climbed].map(({ metrics }) => metrics["score"]!)
        for (const score of scores) assert.isAtLeast(score, best * (1 - 1e-11))
        assert.isAtMost(scores[2]!, scores[0]!)
      }
    })
  )

  it.effect("sorting by variance finds the order of a chain, and a sort by R² too", () =>
    Effect.gen(function* () {
      const weights = tensor(graph(4, [2, 0], [0, 3], [3, 1]), 4, 4)
      const { X } = yield* instance({ name: "chain", kind: "ER", degree: 0, nodes: 4, samples: 4000 })
      const chain = X.data.slice()
      for (const [from, to] of [
        [2, 0],
        [0, 3],
        [3, 1]
      ] as const) {
        for (let row = 0; row < 4000; row++) chain[row * 4 + to]! += 2 * chain[row * 4 + from]!
      }
      const data = tensor(chain, 4000, 4)
      assert.deepStrictEqual([...(yield* runStage(sort, {}, { X: data })).outputs.order.data], [2, 0, 3, 1])
      const { metrics } = yield* runStage(evaluate, {}, { X: data, weights, truth: weights })
      assert.strictEqual(metrics["varsortability"], 1)
    })
  )

  it.effect("refuses more nodes than the sets of which fit into memory", () =>
    Effect.gen(function* () {
      const X = tensor(new Float64Array(30 * 25), 30, 25)
      const error = yield* Effect.flip(runStage(exact, {}, { X }))
      assert.match(error.message, /^25 nodes have 2\^25 sets: no more than 24/u)
    })
  )
})
