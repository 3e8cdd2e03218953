import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import * as PivotedQr from "../../../../stages/math/linear/PivotedQr.ts"
import { type Panel, pivotedPanelTwin, renewNormsTwin } from "../../../../stages/math/linear/pivoted-qr-twin.ts"
import * as Qr from "../../../../stages/math/linear/Qr.ts"
import { factorPanelTwin } from "../../../../stages/math/linear/qr-twin.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { PIVOTED_QR_WASM } from "../../../../stages/math/wasm/pivoted-qr.wasm.ts"
import { QR_WASM } from "../../../../stages/math/wasm/qr.wasm.ts"
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

const SHAPES = [
  [1, 1],
  [7, 7],
  [9, 4],
  [4, 9],
  [64, 64],
  [65, 65],
  [130, 130],
  [170, 40],
  [40, 170]
] as const

/** Digests of Q and R. */
const PLAIN = "76026e2e6026ce2edb845ae0d4fed002358cd7f0dcfdf73d7cb920193ee0300d"
const PIVOTED = "fc64466855cf2be02c7a3becd81ec3854b940417116ce906b029dca5771d0bcf"

const identity = (n: number): Float64Array => tabulate(n, n, (i, j) => (i === j ? 1 : 0))

/** Q with min(m, n) columns and R, with the columns of A in the order of the factors. */
const factorised = (values: Float64Array, m: number, n: number, isPivoted: boolean) => {
  const space = workspace()
  const { whole, block } = blockOf(space, m, n, values)
  const k = Math.min(m, n)
  const order = Int32Array.from({ length: n }, (_, j) => j)
  const qr = isPivoted ? PivotedQr.factorInPlace(space, block) : { ...Qr.factorInPlace(space, block), order }
  assert.isTrue(isUntouched(whole))
  const q = space.matrix(m, k)
  Qr.formQ(space, qr, q)
  const factors = block.toFloat64()
  return {
    q: q.toFloat64(),
    r: tabulate(k, n, (i, j) => (i <= j ? factors[i * n + j]! : 0)),
    permuted: tabulate(m, n, (i, j) => values[i * n + qr.order[j]!]!),
    qr
  }
}

/** ‖A − Q R‖ column by column, and ‖Qᵀ Q − 1‖, in units of ε. */
const errors = ({ q, r, permuted }: ReturnType<typeof factorised>, m: number, n: number) => {
  const k = Math.min(m, n)
  const product = multiply(q, r, m, n, k)
  const [differences, sizes] = [new Float64Array(n), new Float64Array(n)]
  product.forEach((value, at) => {
    const j = at % n
    differences[j] = Math.max(differences[j]!, Math.abs(value - permuted[at]!))
    sizes[j] = Math.max(sizes[j]!, Math.abs(permuted[at]!))
  })
  const residual = largest(differences.map((value, j) => value / (Number.EPSILON * (sizes[j]! || 1))))
  return { residual, orthogonality: distance(multiply(q, q, k, k, m, { transposeA: true }), identity(k)) }
}

const HARD: ReadonlyArray<readonly [name: string, n: number, a: Float64Array]> = [
  ["graded by rows", 70, graded(70, 250, "qr graded")],
  ["graded by columns", 70, random(70, 70, "qr columns").map((value, at) => value * 10 ** (-4 * (at % 70)))],
  ["Hilbert", 40, hilbert(40)],
  ["zero", 20, new Float64Array(400)],
  ["of rank one", 30, tabulate(30, 30, (i, j) => (i + 1) * (j - 3))],
  ["nearly beyond numbers", 30, random(30, 30, "large").map((value) => value * 1e305)],
  ["nearly below numbers", 30, random(30, 30, "small").map((value) => value * 1e-300)]
]

for (const isPivoted of [false, true]) {
  describe(isPivoted ? "PivotedQr.factorInPlace" : "Qr.factorInPlace", () => {
    it.each(SHAPES)("gives the factors of a random matrix, %i × %i, to the last digits", (m, n) => {
      const { residual, orthogonality } = errors(factorised(random(m, n, `qr ${m} ${n}`), m, n, isPivoted), m, n)
      assert.isBelow(residual, 10 + Math.max(m, n) / 6)
      assert.isBelow(orthogonality, 6 + Math.max(m, n) / 12)
    })

    it("does so for two hundred random shapes", () => {
      const draws = stream(15, "qr whole shapes")
      for (let round = 0; round < 200; round++) {
        const [m, n, at] = [85, 85, 9000].map((below) => draws.integers(1, below)[0]!) as [number, number, number]
        const { residual, orthogonality } = errors(factorised(cut(m * n, at), m, n, isPivoted), m, n)
        assert.isBelow(residual, 16, `${m} × ${n}`)
        assert.isBelow(orthogonality, 12, `${m} × ${n}`)
      }
    })

    it.each(HARD)("factorises a matrix that is %s as exactly", (_, n, a) => {
      const { residual, orthogonality } = errors(factorised(a, n, n, isPivoted), n, n)
      assert.isBelow(residual, 10 + n / 2)
      assert.isBelow(orthogonality, 6 + n / 12)
    })

    it("refuses what is not finite, with its place, and takes what is empty", () => {
      const values = random(4, 3, "not finite")
      values[7] = Number.POSITIVE_INFINITY
      assert.throws(() => factorised(values, 4, 3, isPivoted), NotFinite, "element (2, 1) is Infinity")
      for (const [m, n] of [
        [0, 0],
        [0, 3],
        [3, 0]
      ] as const) {
        factorised(new Float64Array(0), m, n, isPivoted)
      }
    })

    it("gives the same bits on every machine", () => {
      const { q, r } = factorised(random(150, 90, "golden"), 150, 90, isPivoted)
      assert.strictEqual(digest(q, r), isPivoted ? PIVOTED : PLAIN)
    })
  })
}

describe("the kernel of Qr", () => {
  it("has the bits of the twin for two hundred random shapes", () => {
    const draws = stream(8, "qr shapes")
    const space = workspace()
    const { factorPanel } = space.module<Qr.QrKernel>(QR_WASM)
    for (let round = 0; round < 200; round++) {
      const [n, more, gap] = [9, 30, 4].map((below) => draws.integers(1, below)[0]!) as [number, number, number]
      const m = n + more
      space.temporary(() => {
        const [whole, t] = [space.matrix(m, n + gap), space.matrix(n, n)]
        const scale = 10 ** [0, 0, 200, -200][round % 4]!
        // Columns of zeros now and then.
        const values = draws.normals(m * (n + gap)).map((x, at) => (round % 5 === 0 && at % (n + gap) === 1 ? 0 : x))
        whole.set(values.map((value) => value * scale))
        const twin = whole.data.slice()
        factorPanel(m, n, whole.address, n + gap, t.address, n, space.scratch)
        assert.deepStrictEqual(t.toFloat64(), factorPanelTwin(m, n, twin, n + gap))
        assert.deepStrictEqual(whole.data, twin)
      })
    }
  })
})

describe("the kernel of PivotedQr", () => {
  it("has the bits of the twin for two hundred random shapes", () => {
    const draws = stream(9, "pivoted qr shapes")
    const space = workspace()
    const { factorPanel, renewNorms } = space.module<PivotedQr.PivotedQrKernel>(PIVOTED_QR_WASM)
    for (let round = 0; round < 200; round++) {
      const [m, n, gap, before] = [20, 14, 4, 3].map((below) => draws.integers(1, below)[0]! + 1) as [
        number,
        number,
        number,
        number
      ]
      const first = Math.min(before - 1, m - 1, n - 1)
      const width = Math.min(5, m - first, n - first)
      space.temporary(() => {
        const ld = n + gap
        const [a, f] = [space.matrix(m, ld), space.matrix(n, width)]
        const vectors = () => space.matrix(1, n)
        const [norms, origins, order, taus, products] = [vectors(), vectors(), vectors(), vectors(), vectors()]
        // Few values, so that norms tie, and columns that nearly depend on one another.
        const values = Float64Array.from(draws.integers(m * ld, 5), (value) => value - 2)
        a.set(round % 2 ? values : values.map((value, at) => (value * (1 + (at % 7))) / 3 + 1e-9 * value))
        norms.fill(-1)
        order.set(order.data.map((_, j) => j))
        const panel: Panel = {
          a: a.data.slice(),
          ld,
          f: f.data.slice(),
          norms: norms.data.slice(),
          origins: origins.data.slice(),
          order: order.data.slice(),
          taus: taus.data.slice()
        }
        renewNorms(first, m, n, a.address, ld, norms.address, origins.address)
        renewNormsTwin(first, m, n, panel)
        assert.deepStrictEqual(norms.data, panel.norms)
        const done = factorPanel(
          first,
          width,
          m,
          n,
          a.address,
          ld,
          f.address,
          width,
          norms.address,
          origins.address,
          order.address,
          taus.address,
          products.address
        )
        assert.strictEqual(done, pivotedPanelTwin(first, width, m, n, panel))
        for (const [found, expected] of [
          [a, panel.a],
          [f, panel.f],
          [norms, panel.norms],
          [order, panel.order],
          [taus, panel.taus]
        ] as const) {
          assert.deepStrictEqual(found.data, expected)
        }
      })
    }
  })
})

describe("applyQ", () => {
  it("undoes with Qᵀ what Q does, keeps lengths, and what is not finite in its column", () => {
    const [m, n] = [100, 70]
    const space = workspace()
    const [a, c] = [space.matrix(m, n), space.matrix(m, 5)]
    a.set(random(m, n, "apply"))
    const values = random(m, 5, "to apply")
    values[3] = Number.NaN
    c.set(values)
    const qr = Qr.factorInPlace(space, a)
    const length = (x: Float64Array, j: number): number =>
      Math.sqrt(x.reduce((s, v, at) => s + (at % 5 === j ? v * v : 0), 0))
    Qr.applyQ(space, qr, c)
    for (const j of [0, 1, 2, 4]) assert.closeTo(length(c.toFloat64(), j), length(values, j), 1e-13)
    Qr.applyQ(space, qr, c, { transpose: true })
    const found = c.toFloat64().filter((_, at) => at % 5 !== 3)
    assert.isBelow(
      distance(
        found,
        values.filter((_, at) => at % 5 !== 3)
      ),
      100
    )
    assert.throws(() => Qr.applyQ(space, qr, space.matrix(3, 1)), /Q has order 100, and C has 3 rows/u)
  })
})

describe("PivotedQr.rank", () => {
  it.each([
    [60, 40, 13],
    [40, 60, 13],
    [50, 50, 0],
    [50, 50, 1],
    [70, 70, 69]
  ])("finds that a product, %i × %i, has rank %i, and orders the diagonal of R", (m, n, k) => {
    const a = multiply(random(m, k, `left ${k}`), random(k, n, `right ${k}`), m, n, k)
    const { r, qr } = factorised(a, m, n, true)
    assert.strictEqual(PivotedQr.rank(qr, 1e-13), k)
    for (let i = 1; i < Math.min(m, n); i++) {
      assert.isAtMost(Math.abs(r[i * (n + 1)]!), Math.abs(r[(i - 1) * (n + 1)]!) * (1 + 1e-12) + 1e-13 * largest(a))
    }
  })

  it("is not led astray by Kahan's matrix, of which no diagonal element shows how near rank 89 is", () => {
    const n = 90
    const [s, c] = [Math.sqrt(1 - 0.285 ** 2), 0.285]
    // Slightly perturbed, so that round-off does not decide which of equal norms is largest.
    const a = tabulate(n, n, (i, j) => s ** i * (i === j ? 1 : i < j ? -c : 0) * (1 - 1e-12 * j))
    const { r, qr } = factorised(a, n, n, true)
    assert.deepStrictEqual(
      [...qr.order],
      Array.from({ length: n }, (_, j) => j)
    )
    assert.isBelow(distance(r.map(Math.abs), a.map(Math.abs), 1), 1000)
  })
})
