import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import columns from "../../../stages/notears/columns.ts"
import sachs, { CONSENSUS, PROTEINS } from "../../../stages/notears/sachs.ts"
import { runStage } from "../run-stage.ts"

describe("notears/sachs", () => {
  it.effect("has the 17 edges of the consensus between 11 proteins, and no cycle", () =>
    Effect.gen(function* () {
      assert.strictEqual(CONSENSUS.length, 17)
      assert.strictEqual(new Set(CONSENSUS.map((edge) => edge.join())).size, 17)
      const { weights, names, order } = (yield* runStage(sachs, { seed: 2 }, {})).outputs
      assert.deepStrictEqual(weights.shape, [11, 11])
      const sizes = Array.from(weights.data, Math.abs).filter((size) => size > 0)
      assert.strictEqual(sizes.length, 17)
      assert.isTrue(sizes.every((size) => size >= 0.5 && size <= 2))
      assert.deepStrictEqual(names, [...PROTEINS])
      // Protein kinase C and phospholipase C come first.
      assert.includeMembers(["PKC", "Plcg"], [PROTEINS[order.data[0]!]!])
      const parents = PROTEINS.filter((_, i) => weights.data[i * 11 + PROTEINS.indexOf("Erk")] !== 0)
      assert.deepStrictEqual(parents, ["Mek", "PKA"])
    })
  )
})

const TABLE = {
  columns: { a: Float64Array.of(1, 2, 4), b: Int32Array.of(3, 3, 9), c: ["x", "y", "z"], d: Float64Array.of(1, 0, 2) }
}

const taken = (params: (typeof columns)["params"]["Encoded"]) => runStage(columns, params, { table: TABLE })

describe("notears/columns", () => {
  it.effect("takes columns in the order that is asked for", () =>
    Effect.gen(function* () {
      const { outputs } = yield* taken({ columns: ["b", "a"] })
      assert.deepStrictEqual([...outputs.X.data], [3, 1, 3, 2, 9, 4])
      assert.deepStrictEqual(outputs.names, ["b", "a"])
      const { outputs: logs } = yield* taken({ columns: ["a"], logarithm: true })
      assert.closeTo(logs.X.data[1]!, Math.LN2, 1e-15)
    })
  )

  it.effect("brings them to mean 0 and deviation 1", () =>
    Effect.gen(function* () {
      const [one, two, three] = (yield* taken({ columns: ["a"], standardise: true })).outputs.X.data
      assert.closeTo(one! + two! + three!, 0, 1e-15)
      assert.closeTo((three! - two!) / (two! - one!), 2, 1e-14)
    })
  )

  it.effect("refuses what is no number, has no logarithm, or does not vary", () =>
    Effect.gen(function* () {
      const refused = (params: Parameters<typeof taken>[0]) =>
        Effect.map(Effect.flip(taken(params)), ({ _tag }) => _tag)
      assert.strictEqual(yield* refused({}), "NoColumn")
      assert.strictEqual(yield* refused({ columns: ["e"] }), "NoColumn")
      assert.strictEqual(yield* refused({ columns: ["d"], logarithm: true }), "NotPositive")
      const flat = { table: { columns: { a: Float64Array.of(2, 2) } } }
      assert.strictEqual((yield* Effect.flip(runStage(columns, { standardise: true }, flat)))._tag, "Constant")
      assert.strictEqual((yield* Effect.flip(runStage(columns, {}, { table: { columns: {} } })))._tag, "Empty")
    })
  )
})
