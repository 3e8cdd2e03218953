import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { ExponentialOverflow, expm, expmTimes } from "../../../../stages/math/linear/MatrixExponential.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { eigen } from "../../../../stages/math/linear/SymmetricEigen.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { digest, distance, random, tabulate } from "./matrices.ts"
import { symmetric } from "./spectra.ts"

const identity = (n: number): Float64Array => tabulate(n, n, (i, j) => (i === j ? 1 : 0))

/** The largest error as a multiple of ε · the largest element, by both ways. */
const errors = (a: ReadonlyArray<number>, expected: ReadonlyArray<number>): readonly [number, number] => {
  const n = Math.sqrt(a.length)
  const [matrix, exact] = [Float64Array.from(a), Float64Array.from(expected)]
  return [distance(expm(matrix, n), exact), distance(expmTimes(matrix, n, identity(n), n), exact)]
}

describe("expm and expmTimes", () => {
  it.each([
    ["of order 1", [-0.7], [Math.exp(-0.7)], 4],
    ["diagonal", [1, 0, 0, -2], [Math.E, 0, 0, Math.exp(-2)], 4],
    ["of zeros", [0, 0, 0, 0], [1, 0, 0, 1], 0.1],
    ["a rotation's generator", [0, -2.3, 2.3, 0], [Math.cos(2.3), -Math.sin(2.3), Math.sin(2.3), Math.cos(2.3)], 10],
    ["nilpotent", [0, 3, 5, 0, 0, 7, 0, 0, 0], [1, 3, 15.5, 0, 1, 7, 0, 0, 1], 4],
    ["far from normal", [1, 1e3, 0, -1], [Math.E, 1e3 * Math.sinh(1), 0, 1 / Math.E], 100],
    [
      "Moler and Van Loan's, with eigenvalues −1 and −17",
      [-49, 24, -64, 31],
      [-49, 24, -64, 31].map(
        (x, at) =>
          ((at % 3 === 0 ? 17 : 0) + x) * (Math.exp(-1) / 16) - ((at % 3 === 0 ? 1 : 0) + x) * (Math.exp(-17) / 16)
      ),
      200
    ]
  ] as const)("are right for a matrix that is %s", (_, a, expected, accepted) => {
    const [padé, taylor] = errors(a, expected)
    assert.isBelow(padé, accepted)
    assert.isBelow(taylor, accepted)
  })

  it("keep all digits where the norm is large and powers are not", () => {
    assert.deepStrictEqual([...expm(Float64Array.of(0, 1e8, 0, 0), 2)], [1, 1e8, 0, 1])
    const cube = Float64Array.of(0, 1e8, 0, 0, 0, 1e8, 0, 0, 0)
    assert.isBelow(distance(expm(cube, 3), Float64Array.of(1, 1e8, 5e15, 0, 1, 1e8, 0, 0, 1)), 4)
  })

  it.each([1e-9, 0.01, 0.1, 0.5, 1, 5, 40])(
    "have the eigenvalues' exponentials, of a symmetric matrix times %d",
    (size) => {
      const n = 20
      const a = symmetric(n, "exponential").map((x) => (x * size) / 9)
      const { values, vectors } = eigen(a, n)
      const weighted = vectors.map((x, at) => x * Math.exp(values[Math.floor(at / n)]!))
      const expected = multiply(vectors, weighted, n, n, n, { transposeA: true })
      assert.isBelow(distance(expm(a, n), expected), 60 * Math.max(1, size))
      assert.isBelow(distance(expmTimes(a, n, identity(n), n), expected), 60 * Math.max(1, size))
    }
  )

  it("agree for two hundred random matrices, and e^A e^−A is 1", () => {
    const numbers = stream(15, "exponentials")
    for (let round = 0; round < 200; round++) {
      const n = 1 + numbers.integers(1, 12)[0]!
      const size = 10 ** (3 * numbers.uniforms(1)[0]! - 2)
      const a = numbers.normals(n * n).map((x) => (x * size) / n)
      const b = numbers.normals(2 * n)
      const whole = expm(a, n)
      assert.isBelow(distance(expmTimes(a, n, b, 2), multiply(whole, b, n, 2, n)), 2e4, `${n}, ${size}`)
      const back = expm(
        a.map((x) => -x),
        n
      )
      const sizes = Math.max(...whole.map(Math.abs)) * Math.max(...back.map(Math.abs))
      assert.isBelow(distance(multiply(whole, back, n, n, n), identity(n), sizes), 400)
    }
  })

  it("define the smallest, and refuse what is no number, no matrix or too large", () => {
    assert.strictEqual(expm(new Float64Array(0), 0).length, 0)
    assert.strictEqual(expmTimes(new Float64Array(0), 0, new Float64Array(0), 3).length, 0)
    assert.deepStrictEqual([...expm(Float64Array.of(-1e200), 1)], [0])
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      assert.throws(() => expm(Float64Array.of(0, 0, value, 0), 2), NotFinite, `element (1, 0) is ${value}`)
      assert.throws(() => expmTimes(Float64Array.of(0, 0, value, 0), 2, new Float64Array(2)), NotFinite)
      assert.throws(() => expmTimes(new Float64Array(4), 2, Float64Array.of(0, value)), NotFinite)
    }
    assert.throws(() => expm(new Float64Array(3), 2), RangeError, "3 elements do not fill 2×2")
    assert.throws(() => expm(Float64Array.of(1e4), 1), ExponentialOverflow, "norm 10000")
    assert.throws(() => expmTimes(Float64Array.of(1e3), 1, Float64Array.of(1)), ExponentialOverflow)
    assert.throws(() => expm(Float64Array.of(0, 1e200, 1e200, 0), 2), ExponentialOverflow)
    assert.throws(() => expmTimes(Float64Array.of(0, 1e200, 0, 0), 2, Float64Array.of(1, 1)), RangeError, "take expm")
    // I + A + A² / 2, whose last term is too large.
    assert.throws(() => expm(Float64Array.of(0, 1e200, 0, 0, 0, 1e200, 0, 0, 0), 3), ExponentialOverflow)
  })

  it("is I + A of a nilpotent matrix of any size", () => {
    for (const size of [1e-200, 1, 1e120, 1e200, 1e300]) {
      assert.deepStrictEqual([...expm(Float64Array.of(0, size, 0, 0), 2)], [1, size, 0, 1])
    }
  })

  it("give the same bits on every machine", () => {
    const a = random(9, 9, "expm golden")
    assert.strictEqual(
      digest(expm(a, 9), expmTimes(a, 9, random(9, 2, "b"), 2)),
      "a53e5b6d770d7ab94d5297361d9ef4b66b8dfceb66ccfdc18313cb6093b67224"
    )
  })
})
