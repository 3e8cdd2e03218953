import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { jacobiSvd } from "../../../../stages/math/linear/JacobiSvd.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { type Svd, svd } from "../../../../stages/math/linear/Svd.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { fromOrthonormal, fromProduct } from "./decomposed.ts"
import { digest, distance, hilbert, random, tabulate } from "./matrices.ts"

/** In units of ε. */
const ACCEPTED = 40

const check = (a: Float64Array, m: number, n: number, accepted = ACCEPTED): Svd => {
  const found = jacobiSvd(a, m, n)
  const { values, left, right } = found
  const count = Math.min(m, n)
  assert.isBelow(fromProduct(found, a, m, n), accepted)
  assert.isBelow(fromOrthonormal(left, count, m), accepted)
  assert.isBelow(fromOrthonormal(right, count, n), accepted)
  assert.isBelow(distance(svd(a, m, n).values, values), 2 * accepted)
  return found
}

/** Binomial coefficients below the diagonal, Pascal's triangle, and its inverse: all whole numbers. */
const pascal = (n: number, isInverse: boolean): Float64Array => {
  const rows: Array<Array<number>> = []
  for (let i = 0; i < n; i++) {
    rows.push(
      Array.from({ length: n }, (_, j) => (j === 0 ? 1 : i === 0 ? 0 : rows[i - 1]![j - 1]! + rows[i - 1]![j]!))
    )
  }
  return tabulate(n, n, (i, j) => rows[i]![j]! * (isInverse && (i + j) % 2 === 1 ? -1 : 1))
}

describe("jacobiSvd", () => {
  it.each([
    ["random", 40, 40, random(40, 40, "a")],
    ["tall", 50, 20, random(50, 20, "b")],
    ["wide", 20, 50, random(20, 50, "b")],
    ["Hilbert's", 20, 20, hilbert(20)],
    ["of ones", 30, 20, new Float64Array(600).fill(1)],
    ["of zeros", 9, 9, new Float64Array(81)],
    ["of one column", 5, 1, random(5, 1, "c")],
    ["huge", 12, 11, random(12, 11, "d").map((x) => x * 1e300)],
    ["tiny", 12, 11, random(12, 11, "d").map((x) => x * 1e-300)]
  ])("decomposes a matrix that is %s, %i × %i", (_, m, n, a) => {
    check(a, m, n)
  })

  it.each([
    ["of ones", 65, 65, new Float64Array(65 * 65).fill(1)],
    ["steep", 64, 64, tabulate(64, 64, (i, j) => (((i * 37 + j * 61) % 19) - 9) * 1e3 ** -i)],
    ["steep the other way", 64, 64, tabulate(64, 64, (i, j) => (((i * 37 + j * 61) % 19) - 9) * 1e3 ** -j)],
    ["of all sizes", 7, 7, random(7, 7, "sizes").map((x, at) => x * 10 ** (((at * 7919) % 300) - 150))]
  ])("comes to an end where squares leave the range: a matrix %s", (_, m, n, a) => {
    // Rows are orthogonal to n ε.
    check(a, m, n, 2 * n)
  })

  it("keeps the digits of small values where rows or columns are graded", () => {
    const n = 8
    const sizes = Array.from({ length: n }, (_, i) => 2 ** (-20 * ((3 * i) % n)))
    for (const scaled of ["columns", "rows", "both"] as const) {
      const row = (i: number): number => (scaled === "columns" ? 1 : sizes[i]!)
      const column = (j: number): number => (scaled === "rows" ? 1 : sizes[j]!)
      const [l, inverse] = [pascal(n, false), pascal(n, true)]
      const a = tabulate(n, n, (i, j) => l[i * n + j]! * row(i) * column(j))
      const { values } = check(a, n, n)
      // The least value is 1 over the largest of the inverse, which any method has to the last digits; the product is |det A|.
      const back = tabulate(n, n, (i, j) => inverse[i * n + j]! / column(i) / row(j))
      assert.closeTo(values[n - 1]! * svd(back, n, n).values[0]!, 1, 1e-12)
      // Factors of nearly one size beside each other, so that no part of the product overflows.
      const power = scaled === "both" ? 2 : 1
      const relative = values.reduce((total, value, i) => total * (value / 2 ** (-20 * i * power)), 1)
      assert.closeTo(relative, 1, 1e-11)
    }
  })

  it("decomposes two hundred matrices of random shapes and ranks", () => {
    const numbers = stream(16, "shapes")
    for (let round = 0; round < 200; round++) {
      const [m = 0, n = 0] = numbers.integers(2, 20).map((x) => x + 1)
      const rank = 1 + numbers.integers(1, Math.min(m, n))[0]!
      check(multiply(numbers.normals(m * rank), numbers.normals(rank * n), m, n, rank), m, n)
    }
  })

  it("defines the smallest, refuses what is no number, and gives the same bits on every machine", () => {
    const empty = new Float64Array(0)
    for (const [m, n] of [
      [0, 0],
      [0, 3],
      [3, 0]
    ] as const) {
      assert.deepStrictEqual(jacobiSvd(empty, m, n), { values: empty, left: empty, right: empty })
    }
    assert.throws(() => jacobiSvd(Float64Array.of(1, Number.NaN), 1, 2), NotFinite, "element (0, 1) is NaN")
    assert.throws(() => jacobiSvd(empty, 1, 2), RangeError, "0 elements do not fill 1×2")
    const { values, left, right } = jacobiSvd(random(17, 13, "golden"), 17, 13)
    assert.strictEqual(digest(values, left, right), "ca861aecc539a046f59d5ba9246e5e9df0c617e943bb8d93ffb890cebb40ef36")
  })
})
