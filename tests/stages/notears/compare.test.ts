import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Metrics } from "../../../core/stage/ArtifactKind.ts"
import compare from "../../../stages/notears/compare.ts"
import { assertDrawn } from "../figures.ts"
import { runStage } from "../run-stage.ts"

const trial = (method: string, seed: number, value: Metrics, d = 10) => ({
  matrix: { method, seed, d, noise: "gauss" },
  value: { score: 5, refit: 5, kkt: 0, shd: 0, trueEdges: 20, ...value }
})

/** What is said of a claim that begins so. */
const verdictOf = (columns: { readonly [name: string]: ArrayLike<unknown> }, start: string): unknown => {
  const at = Array.from(columns["claim"]!).findIndex((claim) => String(claim).startsWith(start))
  return columns["verdict"]?.[at]
}

describe("notears/compare", () => {
  it.effect("confirms the claims where they hold", () =>
    Effect.gen(function* () {
      const summaries = [1, 2].flatMap((seed) => [
        trial("TOPO", seed, { refit: 5, kkt: 1e-13 }),
        trial("NOTEARS", seed, { score: 7, refit: 6, kkt: 0.4, shd: 3 }),
        trial("NOTEARS+TOPO", seed, { refit: 5, shd: 1 })
      ])
      const { metrics, outputs } = yield* runStage(compare, {}, { summaries })
      assert.deepStrictEqual([...outputs.claims.columns["verdict"]!], ["holds", "holds", "holds", "holds"])
      assert.deepStrictEqual(
        [
          "claim1-own",
          "claim1-refitted",
          "claim2-topo",
          "claim2-others",
          "claim3-score",
          "claim3-shd-falls",
          "claim4-wrong"
        ].map((name) => metrics[name]),
        [1, 1, 1e-13, 0.4, 1, 1, 0]
      )
    })
  )

  it.effect("denies each of them where one trial is against it", () =>
    Effect.gen(function* () {
      const summaries = [
        trial("TOPO", 1, { refit: 5.1, kkt: 1e-3, shd: 2 }),
        trial("NOTEARS", 1, { refit: 5, kkt: 0, shd: 1 }),
        trial("NOTEARS+TOPO", 1, { refit: 5.2, shd: 2 })
      ]
      const { columns } = (yield* runStage(compare, {}, { summaries })).outputs.claims
      assert.deepStrictEqual([...columns["verdict"]!], new Array(4).fill("does not hold"))
      assert.strictEqual(verdictOf(columns, "On linear data"), "does not hold")
    })
  )

  it.effect("denies that scores fall after a method where they only stay", () =>
    Effect.gen(function* () {
      const summaries = [trial("TOPO", 1, {}), trial("NOTEARS", 1, { shd: 3 }), trial("NOTEARS+TOPO", 1, { shd: 1 })]
      const { columns } = (yield* runStage(compare, {}, { summaries })).outputs.claims
      assert.strictEqual(verdictOf(columns, "After another"), "does not hold")
    })
  )

  it.effect("says where means are over fewer settings", () =>
    Effect.gen(function* () {
      const even = [trial("TOPO", 1, {}), trial("NOTEARS", 1, {})]
      for (const [summaries, found] of [
        [even, /and seeds$/u],
        [[...even, trial("TOPO", 2, {})], /and seeds, fewer of them for some methods$/u]
      ] as const) {
        const { spec } = (yield* runStage(compare, {}, { summaries })).outputs.figure
        assert.match(String((spec["title"] as { readonly subtitle: string }).subtitle), found)
      }
    })
  )

  it.effect("names the settings that are against a claim, and by how much", () =>
    Effect.gen(function* () {
      const summaries = [
        trial("TOPO", 1, { refit: 5.5 }),
        trial("NOTEARS", 1, { score: 6, refit: 5 }),
        trial("NOTEARS+TOPO", 1, { refit: 5 }),
        trial("TOPO", 2, { refit: 5 }),
        trial("NOTEARS", 2, { score: 4, refit: 6 }),
        trial("NOTEARS+TOPO", 2, { refit: 6.6 })
      ]
      const { columns } = (yield* runStage(compare, {}, { summaries })).outputs.misses
      const row = (at: number) => ["claim", "method", "than", "setting"].map((name) => columns[name]![at])
      assert.deepStrictEqual([0, 1, 2].map(row), [
        ["claim1-own", "TOPO", "NOTEARS", 'd=10,noise="gauss",seed=2'],
        ["claim1-refitted", "TOPO", "NOTEARS", 'd=10,noise="gauss",seed=1'],
        ["claim3-score", "NOTEARS+TOPO", "NOTEARS", 'd=10,noise="gauss",seed=2']
      ])
      assert.deepStrictEqual([...columns["score"]!], [5, 5.5, 6.6])
      assert.deepStrictEqual([...columns["other"]!], [4, 5, 6])
      assert.deepStrictEqual(
        Array.from(columns["excess"] as Float64Array, (excess) => Number(excess.toFixed(12))),
        [0.25, 0.1, 0.1]
      )
    })
  )

  it.effect("says nothing of claims that there are no trials for", () =>
    Effect.gen(function* () {
      const { outputs } = yield* runStage(compare, {}, { summaries: [trial("variance", 1, {})] })
      assert.deepStrictEqual([...outputs.claims.columns["claim"]!], [])
      assert.deepStrictEqual(
        [...(yield* runStage(compare, {}, { summaries: [] })).outputs.claims.columns["claim"]!],
        []
      )
    })
  )

  it.effect("counts how often a method finds the optimum, setting by setting", () =>
    Effect.gen(function* () {
      const summaries = [
        ...[5, 5 * (1 + 1e-12), 5.5, 4.5].map((refit, seed) => trial("TOPO", seed, { refit })),
        ...[0, 1, 2, 3].map((seed) => trial("exact", seed, {})),
        trial("TOPO", 9, { refit: 8 })
      ]
      const { metrics } = yield* runStage(compare, {}, { summaries })
      assert.strictEqual(metrics["optimal@method=TOPO"], 0.75)
      assert.closeTo(metrics["aboveOptimum@method=TOPO"]!, 0.1, 1e-12)
      assert.closeTo(metrics["belowOptimum@method=TOPO"]!, 0.1, 1e-12)
      assert.strictEqual(metrics["optimal@method=TOPO,noise=gauss"], 0.75)
    })
  )

  it.effect("draws and lists means for each method and number of nodes", () =>
    Effect.gen(function* () {
      const values = { aboveBound: 0.1, flops: 100 }
      const summaries = [10, 20].flatMap((d) =>
        ["TOPO", "variance", "variance+TOPO"].map((method) => trial(method, 1, { ...values, shd: d / 10 }, d))
      )
      const { outputs } = yield* runStage(compare, { title: "Few nodes" }, { summaries })
      assert.deepStrictEqual([...outputs.summary.columns["method"]!].slice(0, 3), ["TOPO", "variance", "variance+TOPO"])
      assert.deepStrictEqual(Array.from(outputs.summary.columns["shd"]!, Number), [1, 1, 1, 2, 2, 2])
      const text = JSON.stringify(outputs.figure.spec)
      assert.include(text, '"text":"Few nodes"')
      assert.include(text, "dashed: followed by TOPO")
      const plain = yield* runStage(compare, {}, { summaries: summaries.slice(0, 2) })
      assert.notInclude(JSON.stringify(plain.outputs.figure.spec), "dashed")
      yield* assertDrawn(outputs.figure, ["Hamming distance", "KKT residual", "nodes d", "variance"])
    })
  )

  it.effect("refuses evaluations that do not say what they are of", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(compare, {}, { summaries: [{ matrix: { d: 3 }, value: {} }] }))
      assert.match(error.message, /^an evaluation has the matrix values \{"d":3\}/u)
    })
  )
})
