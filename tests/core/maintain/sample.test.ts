import { assert, describe, it } from "@effect/vitest"
import { sample } from "../../../core/maintain/sample.ts"

const ITEMS = Array.from({ length: 20 }, (_, index) => index)

describe("sample", () => {
  it("gives as many as asked for, each once, in their order, and the same for one seed", () => {
    for (let seed = 0; seed < 200; seed++) {
      for (const count of [0, 1, 7, 20]) {
        const chosen = sample(ITEMS, count, seed)
        assert.strictEqual(chosen.length, count)
        assert.deepStrictEqual(
          [...new Set(chosen)].sort((a, b) => a - b),
          chosen
        )
        assert.deepStrictEqual(sample(ITEMS, count, seed), chosen)
      }
    }
    assert.deepStrictEqual(sample([], 0, 1), [])
  })

  it("gives each item as often as any other", () => {
    const counts = ITEMS.map(() => 0)
    const seeds = 20_000
    for (let seed = 0; seed < seeds; seed++) for (const item of sample(ITEMS, 5, seed)) counts[item]! += 1
    // A binomial of mean 5000 has a deviation of 61.
    for (const count of counts) assert.approximately(count, seeds / 4, 6 * 61)
  })
})
