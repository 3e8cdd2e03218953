import { assert, describe, it } from "vitest"
import { gram, multiply } from "../../../../stages/math/linear/Gemm.ts"
import { type Layout, productTwin } from "../../../../stages/math/linear/gemm-twin.ts"
import type { Precision } from "../../../../stages/math/linear/Matrix.ts"
import { Workspace } from "../../../../stages/math/linear/Workspace.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"

const SHAPES = [
  [1, 1, 1],
  [4, 7, 5],
  [4, 8, 300],
  [4, 100, 1],
  [5, 9, 300],
  [97, 33, 257],
  [8, 1030, 3],
  [3, 3, 513],
  [100, 2, 9]
] as const

const random = (count: number, name: string): Float64Array => stream(7, name).normals(count)

/** C from the module and from the twin, on the same data; all three are blocks with `gap` columns beside them. */
const both = (
  precision: Precision,
  [m, n, k]: readonly [number, number, number],
  transposeA: boolean,
  transposeB: boolean,
  { gap = 0, alpha = 0.3 } = {}
) => {
  const space = new Workspace(precision)
  const inside = (rows: number, columns: number, name: string) => {
    const whole = space.matrix(rows, columns + gap)
    const values = random(rows * (columns + gap), name)
    return { whole, block: whole.block(0, 0, rows, columns), values }
  }
  const a = transposeA ? inside(k, m, "a") : inside(m, k, "a")
  const b = transposeB ? inside(n, k, "b") : inside(k, n, "b")
  const c = inside(m, n, "c")
  for (const { whole, values } of [a, b, c]) whole.set(values)
  const twin = c.whole.data.slice()
  space.multiply(c.block, a.block, b.block, { transposeA, transposeB, alpha, accumulate: true })
  const layoutA: Layout = transposeA ? { rs: 1, cs: m + gap } : { rs: k + gap, cs: 1 }
  const layoutB: Layout = transposeB ? { rs: 1, cs: k + gap } : { rs: n + gap, cs: 1 }
  productTwin({ m, n, k }, alpha, a.whole.data, layoutA, b.whole.data, layoutB, twin, n + gap)
  return { found: c.whole.data, twin }
}

describe("Workspace.temporary", () => {
  it("gives places back, and fills what is allocated there next with zeros", () => {
    const space = new Workspace("f64")
    const kept = space.matrix(2, 2)
    kept.data.fill(7)
    const address = space.temporary(() => {
      const scratch = space.matrix(300, 300)
      scratch.data.fill(5)
      return scratch.address
    })
    const next = space.matrix(3, 3)
    assert.strictEqual(next.address, address)
    assert.deepStrictEqual([...next.data], new Array(9).fill(0))
    assert.deepStrictEqual([...kept.data], [7, 7, 7, 7])
  })

  it("gives places back when its body throws", () => {
    const space = new Workspace("f32")
    const { address } = space.temporary(() => space.matrix(1, 1))
    assert.throws(() =>
      space.temporary(() => {
        space.matrix(9, 9)
        throw new RangeError("no")
      })
    )
    assert.strictEqual(space.matrix(1, 1).address, address)
  })
})

describe("Workspace.multiply", () => {
  for (const precision of ["f64", "f32"] as const) {
    it.each(SHAPES)(
      `gives the bits of its twin in ${precision} for %i × %i × %i, however the factors lie`,
      (...shape) => {
        for (const transposeA of [false, true]) {
          for (const transposeB of [false, true]) {
            const { found, twin } = both(precision, shape, transposeA, transposeB)
            assert.deepStrictEqual(Array.from(found), Array.from(twin))
          }
        }
      }
    )
  }

  it("gives the bits of its twin for two hundred random shapes, and touches nothing beside its block", () => {
    const draws = stream(7, "shapes")
    for (let round = 0; round < 200; round++) {
      const [m, n, k, gap, ways] = [14, 20, 30, 3, 16].map((below) => draws.integers(1, below)[0]!)
      const isTransposed = [1, 2].map((bit) => (ways! & bit) !== 0)
      const options = { gap: gap!, alpha: ways! & 8 ? 1 : 0.3 }
      const { found, twin } = both(ways! & 4 ? "f32" : "f64", [m!, n!, k!], isTransposed[0]!, isTransposed[1]!, options)
      assert.deepStrictEqual(found, twin, `${m} × ${n} × ${k}, gap ${gap}, ways ${ways}`)
    }
  })

  it.each(["f64", "f32"] as const)("does so in %s where the rows of A are long and read as they lie", (precision) => {
    const { found, twin } = both(precision, [99, 11, 300], false, false, { gap: 1, alpha: 1 })
    assert.deepStrictEqual(found, twin)
  })

  it("spreads what is not finite along its row and its column alone", () => {
    const space = new Workspace("f64")
    const [a, b, c] = [space.matrix(6, 5), space.matrix(5, 7), space.matrix(6, 7)]
    a.fill(1)
    b.fill(1)
    a.row(2)[3] = Number.NaN
    b.row(0)[6] = Number.POSITIVE_INFINITY
    space.multiply(c, a, b)
    for (let i = 0; i < 6; i++) {
      const expected = [...new Array<number>(6).fill(5), Number.POSITIVE_INFINITY]
      assert.deepStrictEqual([...c.row(i)], i === 2 ? new Array<number>(7).fill(Number.NaN) : expected)
    }
  })

  it("is zero without an inner dimension, and does nothing without an outer one", () => {
    const space = new Workspace("f64")
    const c = space.matrix(2, 2)
    c.fill(3)
    space.multiply(c, space.matrix(2, 0), space.matrix(0, 2), { accumulate: true })
    assert.deepStrictEqual([...c.data], [3, 3, 3, 3])
    space.multiply(c, space.matrix(2, 0), space.matrix(0, 2))
    assert.deepStrictEqual([...c.data], [0, 0, 0, 0])
    space.multiply(space.matrix(0, 2), space.matrix(0, 3), space.matrix(3, 2))
  })

  it("refuses shapes that do not fit", () => {
    const space = new Workspace("f64")
    assert.throws(() => space.multiply(space.matrix(2, 2), space.matrix(2, 3), space.matrix(2, 2)), RangeError)
  })

  it("stays within the error bound k ε |a| |b| of a sum in long precision", () => {
    const [m, n, k] = [6, 5, 1000]
    const [a, b] = [random(m * k, "x"), random(k * n, "y")]
    const c = multiply(a, b, m, n, k)
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        // Products split into high and low parts, summed by Neumaier: exact to far below the bound.
        let [sum, lost, size] = [0, 0, 0]
        for (let p = 0; p < k; p++) {
          const term = a[i * k + p]! * b[p * n + j]!
          const next = sum + term
          lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum
          sum = next
          size += Math.abs(term)
        }
        assert.isBelow(Math.abs(c[i * n + j]! - (sum + lost)), k * Number.EPSILON * size)
      }
    }
  })
})

describe("gram", () => {
  it("is symmetric to the last bit", () => {
    const a = random(37 * 21, "gram")
    const product = gram(a, 37, 21)
    for (let i = 0; i < 37; i++)
      for (let j = 0; j < i; j++) assert.strictEqual(product[i * 37 + j], product[j * 37 + i])
  })
})
