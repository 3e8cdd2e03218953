import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import * as Lu from "../../../../stages/math/linear/Lu.ts"
import { factorPanelTwin } from "../../../../stages/math/linear/lu-twin.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { SingularMatrix } from "../../../../stages/math/linear/SingularMatrix.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { LU_WASM } from "../../../../stages/math/wasm/lu.wasm.ts"
import {
  blockOf,
  cut,
  digest,
  distance,
  graded,
  hilbert,
  isUntouched,
  largest,
  random,
  tabulate,
  workspace
} from "./matrices.ts"

/** L U with the exchanges undone, and the largest element of L. */
const rebuilt = (factors: Float64Array, m: number, n: number, pivots: Float64Array) => {
  const k = Math.min(m, n)
  const l = tabulate(m, k, (i, j) => (i === j ? 1 : i > j ? factors[i * n + j]! : 0))
  const u = tabulate(k, n, (i, j) => (i <= j ? factors[i * n + j]! : 0))
  const exchanged = multiply(l, u, m, n, k)
  const rows = Array.from({ length: m }, (_, i) => exchanged.slice(i * n, (i + 1) * n))
  for (let i = k - 1; i >= 0; i--) {
    const pivot = pivots[i]!
    ;[rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!]
  }
  return { product: Float64Array.from(rows.flatMap((row) => [...row])), largestL: largest(l), largestU: largest(u) }
}

const factorised = (values: Float64Array, m: number, n: number) => {
  const space = workspace()
  const { whole, block } = blockOf(space, m, n, values)
  const pivots = space.matrix(1, Math.min(m, n))
  Lu.factorInPlace(space, block, pivots)
  assert.isTrue(isUntouched(whole))
  return { factors: block.toFloat64(), pivots: pivots.data.slice() }
}

describe("factorInPlace", () => {
  it("has the bits of the twin for two hundred random shapes", () => {
    const draws = stream(6, "lu shapes")
    const space = workspace()
    const { factorPanel } = space.module<Lu.LuKernel>(LU_WASM)
    for (let round = 0; round < 200; round++) {
      const [n, more, gap] = [12, 30, 4].map((below) => draws.integers(1, below)[0]!) as [number, number, number]
      const m = n + more
      space.temporary(() => {
        const [whole, pivots] = [space.matrix(m, n + gap), space.matrix(1, n)]
        // Few values, so that pivots tie and columns vanish.
        const values = draws.integers(m * (n + gap), 5)
        whole.set(Float64Array.from(values, (value) => (round % 2 ? value - 2 : value / 3)))
        const twin = whole.data.slice()
        factorPanel(m, n, whole.address, n + gap, pivots.address)
        assert.deepStrictEqual([...pivots.data], factorPanelTwin(m, n, twin, n + gap))
        assert.deepStrictEqual(whole.data, twin)
      })
    }
  })

  it.each([
    [1, 1],
    [7, 7],
    [9, 4],
    [4, 9],
    [64, 64],
    [65, 65],
    [150, 150],
    [170, 40],
    [40, 170]
  ])("gives the factors of a random matrix, %i × %i, to the last digits", (m, n) => {
    const a = random(m, n, `lu ${m} ${n}`)
    const { factors, pivots } = factorised(a, m, n)
    const { product, largestL, largestU } = rebuilt(factors, m, n, pivots)
    assert.strictEqual(largestL, 1)
    assert.isBelow(distance(product, a, largestU), 1 + Math.min(m, n) / 50)
  })

  it("does so for two hundred random shapes", () => {
    const draws = stream(15, "lu whole shapes")
    for (let round = 0; round < 200; round++) {
      const [m, n, at] = [85, 85, 9000].map((below) => draws.integers(1, below)[0]!) as [number, number, number]
      const a = cut(m * n, at)
      const { factors, pivots } = factorised(a, m, n)
      const { product, largestU } = rebuilt(factors, m, n, pivots)
      assert.isBelow(distance(product, a, largestU), 3, `${m} × ${n}`)
    }
  })

  it("factorises graded, nearly singular and singular matrices as exactly", () => {
    const twice = random(40, 40, "twice")
    twice.copyWithin(40 * 7, 40 * 3, 40 * 4)
    for (const [name, n, a] of [
      ["graded", 80, graded(80, 250, "lu graded")],
      ["Hilbert", 12, hilbert(12)],
      ["zero", 20, new Float64Array(400)],
      ["one row twice", 40, twice],
      // Growth by 2ⁿ⁻¹, the worst for partial pivoting.
      ["Wilkinson's", 50, tabulate(50, 50, (i, j) => (i === j || j === 49 ? 1 : i > j ? -1 : 0))]
    ] as const) {
      const { factors, pivots } = factorised(a, n, n)
      const { product, largestU } = rebuilt(factors, n, n, pivots)
      assert.isBelow(distance(product, a, largestU), 3, name)
    }
  })

  it("refuses what is not finite, with its place, and takes what is empty", () => {
    const a = random(4, 4, "not finite")
    a[9] = Number.NaN
    assert.throws(() => Lu.solve(a, 4, new Float64Array(4)), NotFinite, "element (2, 1) is NaN")
    const space = workspace()
    for (const [m, n] of [
      [0, 0],
      [0, 3],
      [3, 0]
    ] as const) {
      Lu.factorInPlace(space, space.matrix(m, n), space.matrix(1, 0))
    }
    assert.throws(() => Lu.factorInPlace(space, space.matrix(2, 3), space.matrix(1, 3)), /2×3 has 2 pivots, not 1×3/u)
  })

  it("gives the same bits on every machine", () => {
    const { factors, pivots } = factorised(random(150, 150, "golden"), 150, 150)
    assert.strictEqual(digest(factors, pivots), "a2688a3e4da8a3a6f1cf53fc496cfb53e1993ce0a96f2cdfd53fec2152357910")
  })
})

describe("solve", () => {
  it.each([
    [1, 1],
    [30, 4],
    [140, 9]
  ])("solves a system of order %i with %i right-hand sides, also transposed", (n, columns) => {
    const [a, b] = [random(n, n, `system ${n}`), random(n, columns, `right ${n}`)]
    const space = workspace()
    const [factors, pivots, x] = [space.matrix(n, n), space.matrix(1, n), space.matrix(n, columns)]
    factors.set(a)
    Lu.factorInPlace(space, factors, pivots)
    for (const transpose of [false, true]) {
      x.set(b)
      Lu.solveInPlace(space, factors, pivots, x, { transpose })
      const product = multiply(a, x.toFloat64(), n, columns, n, { transposeA: transpose })
      assert.isBelow(distance(product, b, largest(a) * largest(x.data)), 4 + n / 3)
    }
    x.set(b)
    Lu.solveInPlace(space, factors, pivots, x)
    assert.deepStrictEqual(Lu.solve(a, n, b, columns), x.toFloat64())
  })

  it("refuses singular systems with their pivot", () => {
    assert.throws(() => Lu.solve(new Float64Array(4), 2, new Float64Array(2)), SingularMatrix, /pivot 0 is 0/u)
    assert.throws(() => Lu.inverse(Float64Array.of(1, 2, 2, 4), 2), SingularMatrix, /pivot 1 is 0/u)
  })

  it("keeps what is not finite in its column", () => {
    const b = Float64Array.of(1, Number.NaN, 2, 0)
    assert.deepStrictEqual([...Lu.solve(Float64Array.of(0, 2, 1, 0), 2, b, 2)], [2, Number.NaN, 0.5, Number.NaN])
  })
})

describe("inverse", () => {
  it("has the exact elements of an inverse of whole numbers", () => {
    // Pascal's matrix of order 5 has an inverse of whole numbers.
    const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k)
    const pascal = tabulate(5, 5, (i, j) => binomial(i + j, i))
    const inverse = Lu.inverse(pascal, 5)
    assert.isBelow(largest(inverse.map((value) => value - Math.round(value))), 1e-11)
    assert.deepStrictEqual([...inverse.slice(0, 5)].map(Math.round), [5, -10, 10, -5, 1])
  })
})

describe("determinant", () => {
  it("has sign and size, also of singular and empty matrices", () => {
    const { sign, logAbsolute } = Lu.determinant(Float64Array.of(0, 2, 0, 3, 0, 0, 0, 0, 5), 3)
    assert.strictEqual(sign, -1)
    assert.closeTo(logAbsolute, Math.log(30), 1e-15)
    assert.deepStrictEqual(Lu.determinant(new Float64Array(4), 2), { sign: 0, logAbsolute: Number.NEGATIVE_INFINITY })
    assert.deepStrictEqual(Lu.determinant(new Float64Array(0), 0), { sign: 1, logAbsolute: 0 })
  })
})

describe("reciprocalCondition", () => {
  it("is within a factor of three of that of the inverse, and never below it", () => {
    for (const [n, a] of [
      [1, Float64Array.of(-3)],
      [6, hilbert(6)],
      [40, random(40, 40, "condition")],
      [40, graded(40, 8, "condition graded")]
    ] as const) {
      const columns = (x: Float64Array): number =>
        Math.max(
          ...Array.from({ length: n }, (_, j) => x.reduce((sum, v, at) => sum + (at % n === j ? Math.abs(v) : 0), 0))
        )
      const exact = 1 / (columns(a) * columns(Lu.inverse(a, n)))
      const estimate = Lu.reciprocalCondition(a, n)
      assert.isTrue(estimate >= exact * (1 - 1e-6) && estimate <= 3 * exact, `${estimate} for ${exact}`)
    }
    assert.strictEqual(Lu.reciprocalCondition(new Float64Array(4), 2), 0)
    assert.strictEqual(Lu.reciprocalCondition(new Float64Array(0), 0), 1)
    const a = random(7, 7, "scale of a condition")
    for (const size of [2 ** 1000, 2 ** -1010]) {
      const scaled = a.map((x) => x * size)
      assert.closeTo(Lu.reciprocalCondition(scaled, 7) / Lu.reciprocalCondition(a, 7), 1, 1e-3)
    }
    const rows = tabulate(7, 7, (i, j) => a[i * 7 + j]! * (i % 2 === 0 ? 1 : 1e-312))
    assert.strictEqual(Lu.reciprocalCondition(rows, 7), 0)
  })
})
