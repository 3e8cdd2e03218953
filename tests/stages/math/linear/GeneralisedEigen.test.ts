import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { generalisedEigen } from "../../../../stages/math/linear/GeneralisedEigen.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { NotPositiveDefinite } from "../../../../stages/math/linear/NotPositiveDefinite.ts"
import { eigen } from "../../../../stages/math/linear/SymmetricEigen.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { definite, digest, distance, largest, tabulate } from "./matrices.ts"
import { symmetric, tridiagonal } from "./spectra.ts"

/** A X − B X Λ relative to ‖A‖ ‖X‖, and Xᵀ B X − 1, in units of ε. */
const errors = (a: Float64Array, b: Float64Array, n: number): readonly [number, number] => {
  const { values, vectors } = generalisedEigen(a, b, n)
  const [ax, bx] = [multiply(vectors, a, n, n, n), multiply(vectors, b, n, n, n)]
  const residual = ax.map((x, at) => x - values[Math.floor(at / n)]! * bx[at]!)
  const gram = multiply(vectors, bx, n, n, n, { transposeB: true })
  const size = largest(a) * largest(vectors) || 1
  return [
    largest(residual) / size / Number.EPSILON,
    distance(
      gram,
      tabulate(n, n, (i, j) => (i === j ? 1 : 0))
    )
  ]
}

describe("generalisedEigen", () => {
  it("has the eigenvalues of linear elements, 6 (1 − cos θ) / (2 + cos θ)", () => {
    for (const n of [12, 80]) {
      const stiffness = tridiagonal(
        n,
        () => 2,
        () => -1
      )
      const mass = tridiagonal(
        n,
        () => 4 / 6,
        () => 1 / 6
      )
      const { values } = generalisedEigen(stiffness, mass, n)
      for (let k = 1; k <= n; k++) {
        const cosine = Math.cos((Math.PI * k) / (n + 1))
        assert.closeTo(values[n - k]!, (6 * (1 - cosine)) / (2 + cosine), 1e-13)
      }
    }
  })

  it("solves pairs of random matrices, and reads lower triangles alone", () => {
    const numbers = stream(17, "orders")
    for (let round = 0; round < 60; round++) {
      const n = 1 + numbers.integers(1, round % 10 === 0 ? 90 : 25)[0]!
      const [a, b] = [symmetric(n, `a ${round}`), definite(n, `b ${round}`)]
      const [residual, orthogonality] = errors(a, b, n)
      assert.isBelow(residual, 100)
      assert.isBelow(orthogonality, 60)
      const lower = (x: Float64Array): Float64Array =>
        x.map((value, at) => (at % n > Math.floor(at / n) ? Number.NaN : value))
      assert.deepStrictEqual(generalisedEigen(lower(a), lower(b), n), generalisedEigen(a, b, n))
    }
  })

  it("is the ordinary problem where B is the unit matrix", () => {
    const a = symmetric(30, "ordinary")
    const unit = tabulate(30, 30, (i, j) => (i === j ? 1 : 0))
    assert.deepStrictEqual(generalisedEigen(a, unit, 30), eigen(a, 30))
    const empty = new Float64Array(0)
    assert.deepStrictEqual(generalisedEigen(empty, empty, 0), { values: empty, vectors: empty })
  })

  it("refuses what is not definite or no number, and gives the same bits on every machine", () => {
    const [a, b] = [symmetric(3, "a"), definite(3, "b")]
    assert.throws(
      () => generalisedEigen(a, Float64Array.of(1, 0, 0, 2, 1, 0, 0, 0, 1), 3),
      NotPositiveDefinite,
      "column 1"
    )
    assert.throws(() => generalisedEigen(a.with(3, Number.NaN), b, 3), NotFinite, "element (1, 0) is NaN")
    assert.throws(() => generalisedEigen(a, b.with(3, Number.POSITIVE_INFINITY), 3), NotPositiveDefinite)
    assert.throws(() => generalisedEigen(a, b, 2), RangeError, "9 elements do not fill 2×2")
    const { values, vectors } = generalisedEigen(symmetric(70, "golden"), definite(70, "golden"), 70)
    assert.strictEqual(digest(values, vectors), "3892d725606bf066bb6cc06c9595df7119016ea5b0c666d2691cdf87bf02254b")
  })
})
