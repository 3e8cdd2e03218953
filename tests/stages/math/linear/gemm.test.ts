import { assert, describe, it } from "vitest"
import { gram, multiply } from "../../../../stages/math/linear/Gemm.ts"
import { type Layout, productTwin } from "../../../../stages/math/linear/gemm-twin.ts"
import { type Precision, Workspace } from "../../../../stages/math/linear/Workspace.ts"
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

/** C from the module and from the twin, on the same data. */
const both = (
  precision: Precision,
  [m, n, k]: readonly [number, number, number],
  transposeA: boolean,
  transposeB: boolean
) => {
  const space = new Workspace(precision)
  const a = transposeA ? space.matrix(k, m) : space.matrix(m, k)
  const b = transposeB ? space.matrix(n, k) : space.matrix(k, n)
  const c = space.matrix(m, n)
  a.data.set(random(m * k, "a"))
  b.data.set(random(k * n, "b"))
  c.data.fill(0.5)
  const twin = c.data.slice()
  space.multiply(c, a, b, { transposeA, transposeB, alpha: 0.3, accumulate: true })
  const layoutA: Layout = transposeA ? { rs: 1, cs: m } : { rs: k, cs: 1 }
  const layoutB: Layout = transposeB ? { rs: 1, cs: k } : { rs: n, cs: 1 }
  productTwin({ m, n, k }, 0.3, a.data, layoutA, b.data, layoutB, twin)
  return { found: c.data, twin }
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
