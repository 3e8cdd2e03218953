import { assert, describe, it } from "vitest"
import { NotPositiveDefinite } from "../../../../stages/math/linear/NotPositiveDefinite.ts"
import { nonNegativeLeastSquaresOfMany } from "../../../../stages/math/optimise/BlockPrincipalPivoting.ts"
import { nonNegativeLeastSquares, TooManyExchanges } from "../../../../stages/math/optimise/NonNegativeLeastSquares.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"

/** Aᵀ (b − A x), and ‖b − A x‖. */
const gradientOf = (a: Float64Array, m: number, n: number, b: Float64Array, x: Float64Array) => {
  const rest = Float64Array.from(b, (value, i) => value - x.reduce((sum, xj, j) => sum + a[i * n + j]! * xj, 0))
  const gradient = Float64Array.from({ length: n }, (_, j) => rest.reduce((sum, r, i) => sum + a[i * n + j]! * r, 0))
  return { gradient, residual: Math.sqrt(rest.reduce((sum, r) => sum + r * r, 0)), m }
}

const isOptimal = (
  a: Float64Array,
  m: number,
  n: number,
  b: Float64Array,
  x: Float64Array,
  tolerance: number
): number => {
  const { gradient, residual } = gradientOf(a, m, n, b, x)
  for (let j = 0; j < n; j++) {
    assert.isAtLeast(x[j]!, 0)
    assert.isAtMost(gradient[j]!, tolerance, `${m}×${n}, unknown ${j}`)
    if (x[j]! > 0) assert.isAtLeast(gradient[j]!, -tolerance, `${m}×${n}, unknown ${j}`)
  }
  return residual
}

describe("non-negative least squares", () => {
  it("satisfies the conditions of Karush, Kuhn and Tucker on two hundred random problems", () => {
    const random = stream(13, "nnls")
    for (let trial = 0; trial < 200; trial++) {
      const [m, n] = [1 + random.integers(1, 15)[0]!, 1 + random.integers(1, 15)[0]!]
      const a = random.normals(m * n)
      // Every third has dependent columns.
      if (trial % 3 === 0 && n > 1) for (let i = 0; i < m; i++) a[i * n] = 2 * a[i * n + n - 1]!
      const b = random.normals(m)
      const { x, residual } = nonNegativeLeastSquares(a, m, n, b)
      assert.closeTo(isOptimal(a, m, n, b, x, 1e-12), residual, 1e-12)
    }
  })

  it("finds an exact non-negative solution, and 0 where all gradients are negative", () => {
    const random = stream(13, "exact")
    const [m, n] = [30, 12]
    const a = random.uniforms(m * n)
    const expected = random.normals(n).map((value) => Math.max(0, value))
    const b = Float64Array.from({ length: m }, (_, i) => expected.reduce((sum, x, j) => sum + a[i * n + j]! * x, 0))
    const { x, residual } = nonNegativeLeastSquares(a, m, n, b)
    assert.isBelow(Math.max(...x.map((value, j) => Math.abs(value - expected[j]!))), 1e-13)
    assert.isBelow(residual, 1e-13)
    const nothing = nonNegativeLeastSquares(
      a,
      m,
      n,
      b.map((value) => -value)
    )
    assert.deepStrictEqual([...nothing.x], new Array(n).fill(0))
  })

  it("solves a small problem as it is solved by hand", () => {
    const { x, residual } = nonNegativeLeastSquares(Float64Array.of(1, 0, 1, 0, 0, 1), 3, 2, Float64Array.of(2, 1, 1))
    assert.closeTo(x[0]!, 1.5, 1e-15)
    assert.closeTo(x[1]!, 1, 1e-15)
    assert.closeTo(residual, Math.SQRT1_2, 1e-15)
  })

  it("solves ill-conditioned problems: columns of a Hilbert matrix, and graded ones", () => {
    const n = 12
    const hilbert = Float64Array.from({ length: n * n }, (_, at) => 1 / (Math.floor(at / n) + (at % n) + 1))
    const graded = hilbert.map((value, at) => value * 10 ** -(at % n))
    const b = stream(13, "hilbert").uniforms(n)
    for (const a of [hilbert, graded]) isOptimal(a, n, n, b, nonNegativeLeastSquares(a, n, n, b).x, 1e-13)
  })

  it("solves problems of any size, one at a time and many at once", () => {
    const [m, n] = [12, 6]
    const [a, b] = [stream(1, "sizes of A").normals(m * n), stream(1, "sizes of b").normals(m)]
    const { x, residual } = nonNegativeLeastSquares(a, m, n, b)
    for (const [sizeA, sizeB] of [
      [2 ** -660, 2 ** -660],
      [2 ** 660, 2 ** 600],
      [2 ** -500, 2 ** 500],
      [2 ** -1000, 1]
    ] as const) {
      const [scaledA, scaledB] = [a.map((element) => element * sizeA), b.map((element) => element * sizeB)]
      const found = nonNegativeLeastSquares(scaledA, m, n, scaledB)
      const many = nonNegativeLeastSquaresOfMany(scaledA, m, n, scaledB, 1)
      const back = sizeA / sizeB
      assert.deepStrictEqual([found.x.map((element) => element * back), found.residual / sizeB], [x, residual])
      for (const [i, element] of many.entries()) assert.closeTo(element * back, x[i]!, 1e-12)
    }
  })

  it("takes a row, a column, and nothing", () => {
    assert.deepStrictEqual([...nonNegativeLeastSquares(Float64Array.of(2), 1, 1, Float64Array.of(6)).x], [3])
    assert.deepStrictEqual([...nonNegativeLeastSquares(Float64Array.of(2), 1, 1, Float64Array.of(-6)).x], [0])
    assert.strictEqual(nonNegativeLeastSquares(new Float64Array(0), 3, 0, Float64Array.of(3, 0, 4)).residual, 5)
    assert.deepStrictEqual([...nonNegativeLeastSquares(new Float64Array(0), 0, 2, new Float64Array(0)).x], [0, 0])
  })

  it("refuses what is not finite or does not fit, and gives up when told to", () => {
    assert.throws(
      () => nonNegativeLeastSquares(Float64Array.of(1, Number.NaN), 1, 2, Float64Array.of(1)),
      RangeError,
      "element 1 of A is NaN"
    )
    assert.throws(() => nonNegativeLeastSquares(Float64Array.of(1), 1, 1, Float64Array.of(1, 2)), RangeError, "b has 2")
    const a = stream(13, "cap").normals(100)
    assert.throws(() => nonNegativeLeastSquares(a, 10, 10, stream(13, "b").normals(10), 1), TooManyExchanges)
  })
})

describe("non-negative least squares of many right-hand sides", () => {
  it("agrees with the active set on two hundred random problems", () => {
    const random = stream(13, "many")
    for (let trial = 0; trial < 200; trial++) {
      const n = 1 + random.integers(1, 12)[0]!
      const m = n + 5 + random.integers(1, 10)[0]!
      const columns = random.integers(1, 8)[0]!
      const a = random.normals(m * n)
      const b = random.normals(m * columns)
      const found = nonNegativeLeastSquaresOfMany(a, m, n, b, columns)
      for (let c = 0; c < columns; c++) {
        const right = Float64Array.from({ length: m }, (_, i) => b[i * columns + c]!)
        const { x } = nonNegativeLeastSquares(a, m, n, right)
        for (let j = 0; j < n; j++) assert.closeTo(found[j * columns + c]!, x[j]!, 1e-9)
      }
    }
  })

  it("refuses dependent columns and what is not finite", () => {
    assert.throws(
      () => nonNegativeLeastSquaresOfMany(Float64Array.of(1, 1), 1, 2, Float64Array.of(1), 1),
      NotPositiveDefinite
    )
    assert.throws(
      () => nonNegativeLeastSquaresOfMany(Float64Array.of(1), 1, 1, Float64Array.of(Number.POSITIVE_INFINITY), 1),
      RangeError,
      "element 0 of B is Infinity"
    )
    assert.strictEqual(nonNegativeLeastSquaresOfMany(new Float64Array(0), 2, 0, Float64Array.of(1, 2), 1).length, 0)
  })
})
