import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { type Eigen, eigen, eigenvalues } from "../../../../stages/math/linear/SymmetricEigen.ts"
import { twinKernels } from "../../../../stages/math/linear/spectral-twin.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { fromOrthonormal } from "./decomposed.ts"
import { digest, hilbert, largest, tabulate } from "./matrices.ts"
import { gluedWilkinson, symmetric, tridiagonal, wilkinson } from "./spectra.ts"

const EPSILON = Number.EPSILON

/** ‖AV − VΛ‖ and ‖VᵀV − 1‖ by largest element, in units of ε ‖A‖ and ε. */
const errors = (a: Float64Array, n: number, { values, vectors }: Eigen) => {
  const size = largest(values) || 1
  const images = multiply(vectors, a, n, n, n)
  const residual = largest(images.map((x, at) => x - values[Math.floor(at / n)]! * vectors[at]!))
  return { residual: residual / (EPSILON * size), orthogonality: fromOrthonormal(vectors, n, n) }
}

/** LAPACK's own lie at 3 to 12 for these orders; QL's, of small orders, below 30. */
const ACCEPTED = 40

const check = (a: Float64Array, n: number): Eigen => {
  const found = eigen(a, n)
  const { residual, orthogonality } = errors(a, n, found)
  assert.isBelow(residual, ACCEPTED)
  assert.isBelow(orthogonality, ACCEPTED)
  for (let i = 1; i < n; i++) assert.isAtLeast(found.values[i - 1]!, found.values[i]!)
  const size = largest(found.values) || 1
  const alone = eigenvalues(a, n)
  assert.isBelow(largest(alone.map((value, i) => value - found.values[i]!)) / (EPSILON * size), ACCEPTED)
  return found
}

describe("eigen", () => {
  it.each([
    ["random", 65, symmetric(65, "a")],
    ["random of an odd order", 131, symmetric(131, "b")],
    ["Wilkinson's", 101, wilkinson(101)],
    ["Wilkinson's, glued", 105, gluedWilkinson(5, 1e-8)],
    ["Wilkinson's, glued below round-off", 105, gluedWilkinson(5, 1e-17)],
    ["Hilbert's", 80, hilbert(80)],
    ["graded", 90, tabulate(90, 90, (i, j) => 10 ** (-0.2 * (i + j)))],
    ["graded the other way", 90, tabulate(90, 90, (i, j) => 10 ** (-0.2 * (178 - i - j)))],
    // QL alone does not come to an end here by the size of neighbours.
    [
      "tridiagonal, its first elements the smallest",
      150,
      tridiagonal(
        150,
        (i) => 10 ** (-0.3 * (150 - i)),
        (i) => 10 ** (-0.3 * (150 - i))
      )
    ],
    ["of rank one", 70, tabulate(70, 70, () => 1)],
    [
      "block diagonal",
      80,
      tabulate(80, 80, (i, j) => (Math.floor(i / 16) === Math.floor(j / 16) ? 1 / (1 + i + j) : 0))
    ],
    ["huge", 66, symmetric(66, "c").map((x) => x * 1e300)],
    ["tiny", 66, symmetric(66, "c").map((x) => x * 1e-300)],
    ["Wilkinson's of order 21", 21, wilkinson(21)],
    ["Hilbert's of order 12", 12, hilbert(12)],
    ["huge and small", 8, symmetric(8, "d").map((x) => x * 1e300)]
  ])("diagonalises a matrix that is %s, of order %i", (_, n, a) => {
    check(a, n)
  })

  it.each([80, 7])("leaves what is diagonal already, equal or zero, of order %i", (n) => {
    for (const element of [(i: number) => (i * 7) % n, () => 3, () => 0]) {
      const { values, vectors } = check(
        tabulate(n, n, (i, j) => (i === j ? element(i) : 0)),
        n
      )
      const sorted = Array.from({ length: n }, (_, i) => element(i)).sort((x, y) => y - x)
      assert.deepStrictEqual([...values], sorted)
      assert.strictEqual(
        vectors.reduce((sum, x) => sum + x, 0),
        n
      )
    }
  })

  it.each([100, 40])(
    "has the eigenvalues 2 − 2 cos(πk/(n+1)) of the Laplacian, and ±1, ±3, … of Clement's, of order %i",
    (n) => {
      const laplacian = tridiagonal(
        n,
        () => 2,
        () => -1
      )
      const { values } = check(laplacian, n)
      for (let k = 1; k <= n; k++) assert.closeTo(values[n - k]!, 2 - 2 * Math.cos((Math.PI * k) / (n + 1)), 1e-14)
      const clement = tridiagonal(
        n,
        () => 0,
        (i) => Math.sqrt(i * (n - i))
      )
      check(clement, n).values.forEach((value, i) => {
        assert.closeTo(value, n - 1 - 2 * i, 20 * EPSILON * n)
      })
    }
  )

  it("has the published largest eigenvalue of Wilkinson's W21⁺, twice", () => {
    const { values } = check(wilkinson(21), 21)
    assert.closeTo(values[0]!, 10.746194182903393, 1e-14)
    assert.closeTo(values[1]!, 10.746194182903322, 1e-14)
  })

  it("finds the eigenvectors of a Laplacian, the largest component positive", () => {
    const n = 72
    const { vectors } = eigen(
      tridiagonal(
        n,
        () => 2,
        () => -1
      ),
      n
    )
    for (let k = 1; k <= n; k++) {
      const row = vectors.subarray((n - k) * n, (n - k + 1) * n)
      const sine = row.map((_, i) => Math.sin((Math.PI * k * (i + 1)) / (n + 1)) * Math.sqrt(2 / (n + 1)))
      const sign = sine[row.findIndex((x) => Math.abs(x) === largest(row))]! > 0 ? 1 : -1
      assert.isBelow(largest(row.map((x, i) => x - sign * sine[i]!)), 1e-12)
    }
  })

  it("reads the lower triangle alone", () => {
    for (const n of [5, 70]) {
      const a = symmetric(n, "lower")
      const { values, vectors } = eigen(a, n)
      const half = a.map((x, at) => (at % n > Math.floor(at / n) ? Number.NaN : x))
      assert.deepStrictEqual(eigen(half, n), { values, vectors })
    }
  })

  it("diagonalises two hundred matrices of random orders and ranks", () => {
    const random = stream(12, "orders")
    for (let round = 0; round < 200; round++) {
      const n = 1 + random.integers(1, round % 10 === 0 ? 120 : 40)[0]!
      const rank = 1 + random.integers(1, n)[0]!
      const b = random.normals(n * rank)
      check(multiply(b, b, n, n, rank, { transposeB: true }), n)
    }
  })

  it("defines the smallest, and refuses what is no number or no matrix", () => {
    assert.deepStrictEqual(eigen(new Float64Array(0), 0), { values: new Float64Array(0), vectors: new Float64Array(0) })
    assert.deepStrictEqual(eigen(Float64Array.of(-3), 1), {
      values: Float64Array.of(-3),
      vectors: Float64Array.of(1)
    })
    assert.strictEqual(eigenvalues(new Float64Array(0), 0).length, 0)
    assert.deepStrictEqual([...eigenvalues(Float64Array.of(-3), 1)], [-3])
    for (const n of [3, 70]) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const a = symmetric(n, "bad")
        a[2 * n + 1] = value
        assert.throws(() => eigen(a, n), NotFinite, `element (2, 1) is ${value}`)
        assert.throws(() => eigenvalues(a, n), NotFinite)
      }
    }
    assert.throws(() => eigen(new Float64Array(5), 2), RangeError, "5 elements do not fill 2×2")
  })

  it("gives the bits of the kernels' twins", () => {
    for (const [n, a] of [
      [97, symmetric(97, "twin")],
      [84, gluedWilkinson(4, 1e-6)]
    ] as const) {
      assert.deepStrictEqual(eigen(a, n), eigen(a, n, twinKernels))
      assert.deepStrictEqual(eigenvalues(a, n), eigenvalues(a, n, twinKernels))
    }
  })

  it("gives the same bits on every machine", () => {
    const { values, vectors } = eigen(symmetric(100, "golden"), 100)
    assert.strictEqual(digest(values, vectors), "1394ee9462f63832b0fb4ec1cfad9a6792a25e68491364a5efbab9f169d23d63")
  })
})
