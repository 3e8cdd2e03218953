import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import * as Ldlt from "../../../../stages/math/linear/Ldlt.ts"
import { type LdltPanel, ldltPanelTwin } from "../../../../stages/math/linear/ldlt-twin.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { SingularMatrix } from "../../../../stages/math/linear/SingularMatrix.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { LDLT_WASM } from "../../../../stages/math/wasm/ldlt.wasm.ts"
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

const mirrored = (values: Float64Array, n: number): Float64Array =>
  tabulate(n, n, (i, j) => values[Math.max(i, j) * n + Math.min(i, j)]!)

const symmetric = (n: number, name: string): Float64Array => mirrored(random(n, n, name), n)

/** L D Lᵀ, with rows and columns of A in the order of the factors. */
const factorised = (a: Float64Array, n: number) => {
  const space = workspace()
  // The upper triangle is not read.
  const { whole, block } = blockOf(
    space,
    n,
    n,
    tabulate(n, n, (i, j) => (j > i ? Number.NaN : a[i * n + j]!))
  )
  const ldlt = Ldlt.factorInPlace(space, block)
  assert.isTrue(isUntouched(whole))
  const [factors, e] = [block.toFloat64(), ldlt.between.data]
  const l = tabulate(n, n, (i, j) => (i === j ? 1 : factors[i * n + j]! * (i > j ? 1 : 0)))
  const d = tabulate(n, n, (i, j) => (i === j ? factors[i * n + i]! : Math.abs(i - j) === 1 ? e[Math.min(i, j)]! : 0))
  const product = multiply(multiply(l, d, n, n, n), l, n, n, n, { transposeB: true })
  const permuted = tabulate(n, n, (i, j) => a[ldlt.order[i]! * n + ldlt.order[j]!]!)
  return { product, permuted, ldlt, l, d }
}

describe("factorInPlace", () => {
  it("has the bits of the twin for two hundred random shapes", () => {
    const draws = stream(13, "ldlt shapes")
    const space = workspace()
    const { factorPanel } = space.module<Ldlt.LdltKernel>(LDLT_WASM)
    for (let round = 0; round < 200; round++) {
      const [order, gap, left] = [24, 4, 4].map((below) => draws.integers(1, below)[0]!) as [number, number, number]
      const n = order + 1
      const first = Math.min(left, n - 1)
      const width = Math.min([3, 8, 40][round % 3]!, n - first)
      space.temporary(() => {
        const ld = n + gap
        const [a, w, between, places] = [
          space.matrix(n, ld),
          space.matrix(n, width),
          space.matrix(1, n),
          space.matrix(1, n)
        ]
        // Few values, so that pivots tie and vanish, or a diagonal of zeros.
        const values = Float64Array.from(draws.integers(n * ld, 5), (value) => (value - 2) / (round % 4 ? 1 : 3))
        a.set(values.map((value, at) => (round % 5 === 0 && at % (ld + 1) === 0 ? 0 : value)))
        places.set(places.data.map((_, i) => i))
        const panel: LdltPanel = {
          n,
          a: a.data.slice(),
          ld,
          w: w.data.slice(),
          between: between.data.slice(),
          order: places.data.slice()
        }
        const done = factorPanel(first, width, n, a.address, ld, w.address, width, between.address, places.address)
        assert.strictEqual(done, ldltPanelTwin(first, width, panel))
        for (const [found, expected] of [
          [a, panel.a],
          [w, panel.w],
          [between, panel.between],
          [places, panel.order]
        ] as const) {
          assert.deepStrictEqual(found.data, expected)
        }
      })
    }
  })

  it.each([1, 2, 3, 31, 32, 33, 64, 65, 150])("gives the factors of order %i to the last digits", (n) => {
    const { product, permuted, d } = factorised(symmetric(n, `ldlt ${n}`), n)
    assert.isBelow(distance(product, permuted, largest(d) + largest(permuted)), 4)
  })

  it("does so for two hundred random shapes", () => {
    const draws = stream(15, "ldlt whole shapes")
    for (let round = 0; round < 200; round++) {
      const [n, at] = [85, 9000].map((below) => draws.integers(1, below)[0]!) as [number, number]
      const { product, permuted, d } = factorised(mirrored(cut(n * n, at), n), n)
      assert.isBelow(distance(product, permuted, largest(d) + largest(permuted)), 4, `order ${n}`)
    }
  })

  it.each([
    ["graded", 80, symmetric(80, "graded").map((x, at) => x * 10 ** (-2 * (Math.floor(at / 80) + (at % 80))))],
    ["with zeros on its diagonal", 61, symmetric(61, "saddle").map((x, at) => (at % 62 === 0 ? 0 : x))],
    ["Hilbert's", 30, hilbert(30)],
    ["zero", 20, new Float64Array(400)],
    ["definite", 70, definite(70, "ldlt")],
    ["of rank two", 40, tabulate(40, 40, (i, j) => i * j - 7)]
  ] as const)("factorises a matrix that is %s as exactly", (_, n, a) => {
    const { product, permuted, d } = factorised(a, n)
    assert.isBelow(distance(product, permuted, largest(d) + largest(permuted)), 4)
  })

  it("refuses what is not finite or not square, and takes what is empty", () => {
    const a = symmetric(3, "not finite")
    a[3] = Number.NaN
    assert.throws(() => Ldlt.solve(a, 3, new Float64Array(3)), NotFinite, "element (1, 0) is NaN")
    const space = workspace()
    Ldlt.factorInPlace(space, space.matrix(0, 0))
    assert.throws(() => Ldlt.factorInPlace(space, space.matrix(2, 3)), /2×3 is not square/u)
  })

  it("gives the same bits on every machine", () => {
    const { l, d } = factorised(symmetric(150, "golden"), 150)
    assert.strictEqual(digest(l, d), "229f92f26fedb16ccc8f9b5e14176fb0aaf41eabe4f368d4de01b5bc74782b22")
  })
})

describe("solve", () => {
  it.each([
    [1, 1],
    [2, 3],
    [30, 4],
    [140, 9]
  ])("solves a system of order %i with %i right-hand sides", (n, columns) => {
    const [a, b] = [symmetric(n, `system ${n}`), random(n, columns, `right ${n}`)]
    const x = Ldlt.solve(a, n, b, columns)
    assert.isBelow(distance(multiply(a, x, n, columns, n), b, largest(a) * largest(x)), 4 + n / 2)
  })

  it("refuses singular systems, and keeps what is not finite in its column", () => {
    assert.throws(
      () => Ldlt.solve(Float64Array.of(1, 1, 1, 1), 2, new Float64Array(2)),
      SingularMatrix,
      /pivot 1 is 0/u
    )
    const x = Ldlt.solve(Float64Array.of(0, 2, 2, 0), 2, Float64Array.of(4, 1, 2, Number.NaN), 2)
    assert.deepStrictEqual([x[0], x[2]], [1, 2])
    assert.isTrue(Number.isNaN(x[1]) && Number.isNaN(x[3]))
  })
})

describe("inertia and determinant", () => {
  it("count the signs of known eigenvalues", () => {
    // The second difference shifted by 1: eigenvalues 1 + 2 cos(kπ/(n + 1)), of which one is 0 when 3 divides n + 1.
    const space = workspace()
    for (const [n, expected] of [
      [7, { positive: 5, negative: 2, zero: 0 }],
      [64, { positive: 43, negative: 21, zero: 0 }]
    ] as const) {
      const a = tabulate(n, n, (i, j) => (i === j || Math.abs(i - j) === 1 ? 1 : 0))
      const factors = space.matrix(n, n)
      factors.set(a)
      assert.deepStrictEqual(Ldlt.inertia(Ldlt.factorInPlace(space, factors)), expected)
      const { sign, logAbsolute } = Ldlt.determinant(a, n)
      const eigenvalues = Array.from({ length: n }, (_, k) => 1 + 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)))
      assert.strictEqual(
        sign,
        eigenvalues.reduce((product, value) => product * Math.sign(value), 1)
      )
      assert.closeTo(
        logAbsolute,
        eigenvalues.reduce((sum, value) => sum + Math.log(Math.abs(value)), 0),
        1e-10
      )
    }
  })

  it("are those of the empty and the singular matrix", () => {
    assert.deepStrictEqual(Ldlt.determinant(new Float64Array(0), 0), { sign: 1, logAbsolute: 0 })
    assert.deepStrictEqual(Ldlt.determinant(new Float64Array(4), 2), { sign: 0, logAbsolute: Number.NEGATIVE_INFINITY })
    const space = workspace()
    assert.deepStrictEqual(Ldlt.inertia(Ldlt.factorInPlace(space, space.matrix(3, 3))), {
      positive: 0,
      negative: 0,
      zero: 3
    })
  })
})
