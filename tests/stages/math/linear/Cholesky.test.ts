import { assert, describe, it } from "vitest"
import * as Cholesky from "../../../../stages/math/linear/Cholesky.ts"
import { factorTwin } from "../../../../stages/math/linear/cholesky-twin.ts"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { NotPositiveDefinite } from "../../../../stages/math/linear/NotPositiveDefinite.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { CHOLESKY_WASM } from "../../../../stages/math/wasm/cholesky.wasm.ts"
import {
  blockOf,
  cut,
  definite,
  digest,
  distance,
  hilbert,
  isUntouched,
  largest,
  random,
  tabulate,
  workspace
} from "./matrices.ts"

const product = (l: Float64Array, n: number): Float64Array => multiply(l, l, n, n, n, { transposeB: true })

const failure = (run: () => unknown): NotPositiveDefinite => {
  try {
    run()
  } catch (error) {
    assert.instanceOf(error, NotPositiveDefinite)
    return error as NotPositiveDefinite
  }
  return assert.fail("it was factorised")
}

describe("factorInPlace", () => {
  it("has the bits of the twin for two hundred random shapes", () => {
    const draws = stream(5, "cholesky shapes")
    const space = workspace()
    const { factor } = space.module<Cholesky.CholeskyKernel>(CHOLESKY_WASM)
    for (let round = 0; round < 200; round++) {
      const [n, gap] = [draws.integers(1, 25)[0]!, draws.integers(1, 4)[0]!]
      space.temporary(() => {
        const whole = space.matrix(n, n + gap)
        whole.set(draws.normals(n * (n + gap)))
        for (let i = 0; i < n; i++) whole.row(i)[i]! += round % 10 === 0 ? 0 : 3 * Math.sqrt(n) + 2
        const twin = whole.data.slice()
        const [found, expected] = [factor(n, whole.address, n + gap, space.scratch), factorTwin(n, twin, n + gap)]
        assert.strictEqual(found, expected)
        if (found === n) assert.deepStrictEqual(whole.data, twin)
        else assert.strictEqual(whole.row(found)[found], twin[found * (n + gap + 1)])
      })
    }
  })

  it.each([1, 2, 63, 64, 65, 130, 200])("gives a factor of order %i to the last digits", (n) => {
    const space = workspace()
    const a = definite(n, `definite ${n}`)
    // The upper triangle is not read.
    const lower = tabulate(n, n, (i, j) => (j > i ? Number.NaN : a[i * n + j]!))
    const { whole, block } = blockOf(space, n, n, lower)
    Cholesky.factorInPlace(space, block)
    assert.isTrue(isUntouched(whole))
    const l = block.toFloat64()
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) assert.strictEqual(l[i * n + j], 0)
    assert.isBelow(distance(product(l, n), a), 4)
  })

  it("does so for two hundred random shapes", () => {
    const draws = stream(15, "cholesky whole shapes")
    for (let round = 0; round < 200; round++) {
      const [n, at] = [85, 9000].map((below) => draws.integers(1, below)[0]!) as [number, number]
      const a = product(cut(n * n, at), n).map((value, place) => value + (place % (n + 1) === 0 ? n : 0))
      assert.isBelow(distance(product(Cholesky.factor(a, n), n), a), 4, `order ${n}`)
    }
  })

  it.each([4, 8, 12])("factorises the Hilbert matrix of order %i, which is nearly singular", (n) => {
    const a = hilbert(n)
    assert.isBelow(distance(product(Cholesky.factor(a, n), n), a), 1)
  })

  it("keeps the relative size of graded elements", () => {
    const n = 90
    const a = definite(n, "graded")
    const scaled = a.map((value, at) => value * 2 ** (-5 * (Math.floor(at / n) + (at % n))))
    const [l, small] = [Cholesky.factor(a, n), Cholesky.factor(scaled, n)]
    // Scaling by powers of two changes no digit, as far as numbers reach: 2⁻⁸⁹⁰ is in the matrix.
    assert.deepStrictEqual(
      small,
      l.map((value, at) => value * 2 ** (-5 * Math.floor(at / n)))
    )
  })

  it("says at which pivot a matrix is not positive definite, and what it is", () => {
    const { column, pivot, message } = failure(() => Cholesky.factor(Float64Array.of(1, 2, 2, 1), 2))
    assert.deepStrictEqual([column, pivot], [1, -3])
    assert.strictEqual(message, "the matrix is not positive definite: the pivot of column 1 is -3")
    const n = 150
    const a = definite(n, "indefinite")
    a[101 * (n + 1)] = -1
    assert.strictEqual(failure(() => Cholesky.factor(a, n)).column, 101)
    assert.deepStrictEqual(failure(() => Cholesky.factor(new Float64Array(9), 3)).pivot, 0)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("refuses %d", (value) => {
    for (const [i, j] of [
      [0, 0],
      [80, 3],
      [99, 99]
    ] as const) {
      const a = definite(100, "not finite")
      a[i * 100 + j] = value
      failure(() => Cholesky.factor(a, 100))
    }
  })

  it("takes what is empty, and refuses what is not square", () => {
    const space = workspace()
    Cholesky.factorInPlace(space, space.matrix(0, 0))
    assert.deepStrictEqual(Cholesky.factor(new Float64Array(0), 0), new Float64Array(0))
    assert.throws(() => Cholesky.factorInPlace(space, space.matrix(2, 3)), /2×3 is not square/u)
    assert.throws(() => Cholesky.factor(new Float64Array(3), 2), RangeError)
  })

  it("gives the same bits on every machine", () => {
    const l = Cholesky.factor(definite(150, "golden"), 150)
    const x = Cholesky.solve(l, 150, random(150, 7, "golden right"), 7)
    assert.strictEqual(digest(l, x), "deca652af481d05af4df0608581a22ca960211fd6695a3df0ed57d4b6c3fa1b8")
  })
})

describe("solve", () => {
  it.each([
    [1, 1],
    [30, 4],
    [140, 9]
  ])("solves a system of order %i with %i right-hand sides", (n, columns) => {
    const [a, b] = [definite(n, `system ${n}`), random(n, columns, `right ${n}`)]
    const x = Cholesky.solve(Cholesky.factor(a, n), n, b, columns)
    assert.isBelow(distance(multiply(a, x, n, columns, n), b, largest(a) * largest(x)), 4)
  })
})

describe("logDeterminant", () => {
  it("is that of a product of known pivots, also where the determinant is beyond numbers", () => {
    const l = tabulate(400, 400, (i, j) => (i === j ? Math.E ** 2 : 0))
    assert.closeTo(Cholesky.logDeterminant(l, 400), 1600, 1e-9)
    assert.strictEqual(Cholesky.logDeterminant(new Float64Array(0), 0), 0)
  })
})
