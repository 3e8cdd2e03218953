import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { randomisedSvd } from "../../../../stages/math/linear/RandomisedSvd.ts"
import { svd } from "../../../../stages/math/linear/Svd.ts"
import { fromOrthonormal, fromProduct } from "./decomposed.ts"
import { digest, distance, random } from "./matrices.ts"

const product = (m: number, n: number, rank: number): Float64Array =>
  multiply(random(m, rank, "left"), random(rank, n, "right"), m, n, rank)

describe("randomisedSvd", () => {
  it.each([
    [90, 60, 5],
    [60, 90, 5],
    [20, 30, 20]
  ])("is exact for a matrix of %i × %i and rank %i", (m, n, rank) => {
    const a = product(m, n, rank)
    const found = randomisedSvd(a, m, n, rank, { seed: 1 })
    assert.isBelow(fromProduct(found, a, m, n), 100)
    assert.isBelow(fromOrthonormal(found.left, rank, m), 60)
    assert.isBelow(fromOrthonormal(found.right, rank, n), 60)
    assert.isBelow(distance(found.values, svd(a, m, n).values.slice(0, rank)), 60)
  })

  it("comes near from below where values fall slowly, and nearer with more passes", () => {
    const [m, n, count] = [80, 70, 4]
    const { left, right } = svd(random(m, n, "basis"), m, n)
    const weighted = right.map((x, at) => x * 0.8 ** Math.floor(at / n))
    const a = multiply(left, weighted, m, n, n, { transposeA: true })
    let before = 1
    for (const passes of [0, 1, 2, 4]) {
      const { values } = randomisedSvd(a, m, n, count, { seed: 2, oversampling: 4, passes })
      const short = Array.from(values, (value, i) => 1 - value / 0.8 ** i)
      for (const each of short) assert.isAtLeast(each, -1e-14)
      const most = Math.max(...short)
      assert.isBelow(most, before)
      before = most
    }
    assert.isBelow(before, 1e-4)
  })

  it("finds no more values than there are, and none of nothing", () => {
    const a = random(6, 4, "small")
    const { values } = randomisedSvd(a, 6, 4, 9, { seed: 3 })
    assert.isBelow(distance(values, svd(a, 6, 4).values), 40)
    const empty = new Float64Array(0)
    assert.deepStrictEqual(randomisedSvd(empty, 0, 4, 2, { seed: 1 }), { values: empty, left: empty, right: empty })
    assert.deepStrictEqual(randomisedSvd(a, 6, 4, 0, { seed: 1, oversampling: 0 }).values, empty)
    assert.isBelow(Math.max(...randomisedSvd(new Float64Array(24), 6, 4, 2, { seed: 1 }).values), 1e-300)
  })

  it("refuses what is no number and no count, and gives the same bits on every machine", () => {
    const a = random(6, 4, "small")
    assert.throws(() => randomisedSvd(a, 6, 4, -1, { seed: 1 }), RangeError, "-1 values")
    assert.throws(() => randomisedSvd(a, 4, 4, 1, { seed: 1 }), RangeError, "24 elements do not fill 4×4")
    assert.throws(() => randomisedSvd(Float64Array.of(1, Number.NaN), 2, 1, 1, { seed: 1 }), NotFinite)
    const { values, left, right } = randomisedSvd(product(30, 20, 6), 30, 20, 6, { seed: 2026 })
    assert.strictEqual(digest(values, left, right), "c1eb2307171a68d55efe1e0db47aee07adef04437cd417caa35f859b211a7d22")
  })
})
