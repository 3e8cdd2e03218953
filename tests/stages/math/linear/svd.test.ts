import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import {
  conditionNumber,
  numericalRank,
  pseudoInverse,
  type Svd,
  singularValues,
  svd
} from "../../../../stages/math/linear/Svd.ts"
import { twinKernels } from "../../../../stages/math/linear/spectral-twin.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { fromOrthonormal, fromProduct } from "./decomposed.ts"
import { digest, distance, hilbert, largest, random, tabulate } from "./matrices.ts"
import { gluedWilkinson, wilkinson } from "./spectra.ts"

const EPSILON = Number.EPSILON
/**
 * In units of ε, relative to the largest singular value. LAPACK's own lie at 3 to 40 for these shapes, the most for a
 * matrix of equal columns.
 */
const accepted = (m: number, n: number): number => 30 + Math.max(m, n)

const transposed = (a: Float64Array, m: number, n: number): Float64Array => tabulate(n, m, (i, j) => a[j * n + i]!)

const check = (a: Float64Array, m: number, n: number, full = false): Svd => {
  const found = svd(a, m, n, { full })
  const { values, left, right } = found
  const count = Math.min(m, n)
  assert.isBelow(fromProduct(found, a, m, n), accepted(m, n))
  assert.isBelow(fromOrthonormal(left, full ? m : count, m), accepted(m, n))
  assert.isBelow(fromOrthonormal(right, full ? n : count, n), accepted(m, n))
  for (let i = 0; i < count; i++) {
    assert.isAtLeast(values[i]!, 0)
    if (i > 0) assert.isAtLeast(values[i - 1]!, values[i]!)
  }
  assert.isBelow(distance(singularValues(a, m, n), values), accepted(m, n))
  return found
}

const kahan = (n: number): Float64Array => {
  const [s, c] = [Math.sin(1.2), Math.cos(1.2)]
  return tabulate(n, n, (i, j) => (j < i ? 0 : j === i ? s ** i : -c * s ** i))
}

/** Each row a thousandth of the one before, down to numbers without all digits, and to zeros. */
const steep = (m: number, n: number): Float64Array =>
  random(m, n, "steep").map((x, at) => (x * 10 ** (-1.5 * Math.floor(at / n))) / 10 ** (1.5 * Math.floor(at / n)))

describe("svd", () => {
  it.each([
    ["steep rows", 130, 131, steep(130, 131)],
    ["steep columns", 131, 130, transposed(steep(130, 131), 130, 131)],
    [
      "rows next to the smallest numbers",
      130,
      131,
      tabulate(130, 131, (i, j) => (((i * 37 + j * 61) % 19) - 9) * (i % 2 === 0 ? 1 : 1e-312))
    ]
  ])("comes to an end, and to orthogonal vectors, at the end of the range: %s", (_, m, n, a) => {
    check(a, m, n)
  })

  it.each([
    ["random", 70, 70, random(70, 70, "a")],
    ["tall", 130, 45, random(130, 45, "b")],
    ["wide", 45, 130, random(45, 130, "b")],
    ["Hilbert's", 80, 80, hilbert(80)],
    ["Kahan's", 90, 90, kahan(90)],
    ["Wilkinson's, glued", 84, 84, gluedWilkinson(4, 1e-9)],
    ["Wilkinson's", 21, 21, wilkinson(21)],
    ["of ones", 70, 50, tabulate(70, 50, () => 1)],
    ["of zeros", 70, 70, new Float64Array(4900)],
    ["graded by rows", 80, 70, tabulate(80, 70, (i, j) => 10 ** (-3 * i) * (1 + ((i + j) % 5)))],
    ["graded by rows, the other way", 80, 70, tabulate(80, 70, (i, j) => 10 ** (3 * (i - 80)) * (1 + ((i + j) % 5)))],
    ["bidiagonal, of ones", 75, 75, tabulate(75, 75, (i, j) => (j === i || j === i + 1 ? 1 : 0))],
    ["nilpotent", 75, 75, tabulate(75, 75, (i, j) => (j === i + 1 ? 1 : 0))],
    ["of two blocks", 80, 80, tabulate(80, 80, (i, j) => (i < 40 === j < 40 ? 1 / (1 + i + j) : 0))],
    ["huge", 70, 66, random(70, 66, "c").map((x) => x * 1e300)],
    ["tiny", 70, 66, random(70, 66, "c").map((x) => x * 1e-300)]
  ])("decomposes a matrix that is %s, %i × %i", (_, m, n, a) => {
    check(a, m, n)
  })

  it("completes both sides to bases when it is asked to", () => {
    for (const [m, n] of [
      [50, 20],
      [20, 50],
      [90, 70],
      [1, 4],
      [4, 1]
    ] as const) {
      const { left, right, values } = check(random(m, n, "full"), m, n, true)
      assert.deepStrictEqual([left.length, right.length, values.length], [m * m, n * n, Math.min(m, n)])
    }
  })

  it("has the singular values of what is orthogonal, diagonal or of rank one", () => {
    for (const n of [6, 80]) {
      const circular = tabulate(n, n, (i, j) => (j === (i + 1) % n ? -1 : 0))
      assert.isBelow(largest(check(circular, n, n).values.map((x) => x - 1)), 10 * EPSILON)
      const diagonal = tabulate(n, n, (i, j) => (i === j ? (i % 2 === 0 ? -1 : 1) * i : 0))
      assert.deepStrictEqual(
        [...check(diagonal, n, n).values],
        Array.from({ length: n }, (_, i) => n - 1 - i)
      )
      const [first = 0, ...others] = check(
        tabulate(n, 2 * n, (i) => i),
        n,
        2 * n
      ).values
      assert.closeTo(first / Math.sqrt((2 * n * n * (n - 1) * (2 * n - 1)) / 6), 1, 10 * EPSILON)
      assert.isBelow(largest(others), 40 * EPSILON * first)
    }
  })

  it("has the singular values 2 cos(πk/(2n+1)) of a bidiagonal matrix of ones", () => {
    for (const n of [9, 100]) {
      const a = tabulate(n, n, (i, j) => (j === i || j === i + 1 ? 1 : 0))
      const expected = Array.from({ length: n }, (_, k) => 2 * Math.cos((Math.PI * (k + 1)) / (2 * n + 1)))
      check(a, n, n).values.forEach((value, k) => {
        assert.closeTo(value, expected[k]!, 20 * EPSILON)
      })
    }
  })

  it("keeps the digits of small values of a bidiagonal matrix where no vectors are asked for", () => {
    // An upper bidiagonal matrix of powers of two: the product of its singular values is that of the diagonal.
    const n = 12
    const a = tabulate(n, n, (i, j) => (j === i ? 2 ** (-6 * i) : j === i + 1 ? 2 ** (-6 * i - 1) : 0))
    const product = singularValues(a, n, n).reduce((total, value) => total * value, 1)
    assert.closeTo(product / 2 ** (-6 * 66), 1, 1e-13)
  })

  it("decomposes two hundred matrices of random shapes and ranks", () => {
    const numbers = stream(14, "shapes")
    for (let round = 0; round < 200; round++) {
      const [m = 0, n = 0] = numbers.integers(2, round % 10 === 0 ? 100 : 30).map((x) => x + 1)
      const rank = 1 + numbers.integers(1, Math.min(m, n))[0]!
      check(multiply(numbers.normals(m * rank), numbers.normals(rank * n), m, n, rank), m, n, round % 3 === 0)
    }
  })

  it("defines the smallest, and refuses what is no number or no matrix", () => {
    for (const [m, n] of [
      [0, 0],
      [0, 3],
      [3, 0]
    ] as const) {
      const empty = new Float64Array(0)
      assert.deepStrictEqual(svd(empty, m, n), { values: empty, left: empty, right: empty })
      assert.strictEqual(singularValues(empty, m, n).length, 0)
      const { left, right } = svd(empty, m, n, { full: true })
      assert.deepStrictEqual([left, right], [identity(m), identity(n)])
    }
    assert.deepStrictEqual(svd(Float64Array.of(-2), 1, 1), {
      values: Float64Array.of(2),
      left: Float64Array.of(-1),
      right: Float64Array.of(1)
    })
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const a = random(3, 2, "bad")
      a[5] = value
      assert.throws(() => svd(a, 3, 2), NotFinite, `element (2, 1) is ${value}`)
      assert.throws(() => singularValues(a, 3, 2), NotFinite)
    }
    assert.throws(() => svd(new Float64Array(5), 2, 3), RangeError, "5 elements do not fill 2×3")
  })

  it("gives the bits of the kernels' twins", () => {
    const a = random(80, 70, "twin")
    assert.deepStrictEqual(svd(a, 80, 70), svd(a, 80, 70, { makeKernels: twinKernels }))
    assert.deepStrictEqual(singularValues(a, 80, 70), singularValues(a, 80, 70, { makeKernels: twinKernels }))
  })

  it("gives the same bits on every machine", () => {
    const { values, left, right } = svd(random(90, 75, "golden"), 90, 75)
    assert.strictEqual(digest(values, left, right), "8450b49075ae292b6770cfcf2d2350c8ba05a6d5a8483eb0dbaeab614a466106")
  })
})

const identity = (n: number): Float64Array => tabulate(n, n, (i, j) => (i === j ? 1 : 0))

describe("what follows from singular values", () => {
  it("is a pseudo-inverse with the four properties of Penrose", () => {
    for (const [m, n, rank] of [
      [30, 20, 20],
      [20, 30, 7],
      [25, 25, 25],
      [40, 35, 1]
    ] as const) {
      const a = multiply(random(m, rank, "p"), random(rank, n, "q"), m, n, rank)
      const p = pseudoInverse(a, m, n)
      const [ap, pa] = [multiply(a, p, m, m, n), multiply(p, a, n, n, m)]
      const near = (x: Float64Array, y: Float64Array): void =>
        assert.isBelow(largest(x.map((value, at) => value - y[at]!)), 1e-11 * Math.max(1, largest(y)))
      near(multiply(ap, a, m, n, m), a)
      near(multiply(pa, p, n, m, n), p)
      near(ap, transposed(ap, m, m))
      near(pa, transposed(pa, n, n))
      assert.strictEqual(numericalRank(a, m, n), rank)
    }
    assert.deepStrictEqual([...pseudoInverse(new Float64Array(6), 2, 3)], new Array(6).fill(0))
    assert.strictEqual(pseudoInverse(new Float64Array(0), 0, 3).length, 0)
  })

  it("is a condition number: of Hilbert's matrix of order 6 the published one, infinite for a singular one", () => {
    assert.closeTo(conditionNumber(hilbert(6), 6, 6) / 14951058.6424659, 1, 1e-8)
    assert.strictEqual(conditionNumber(Float64Array.of(1, 0, 0, 0), 2, 2), Number.POSITIVE_INFINITY)
    assert.strictEqual(conditionNumber(new Float64Array(0), 0, 0), 1)
    assert.strictEqual(numericalRank(hilbert(20), 20, 20, 1e-6), 7)
  })
})
