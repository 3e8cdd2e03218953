import { afterAll, assert, describe, it } from "vitest"
import { HelperThreads } from "../../../../core/run/HelperThreads.ts"
import { ALONE, type Team } from "../../../../core/stage/Team.ts"
import { BinaryMatrix } from "../../../../stages/math/linear/BinaryMatrix.ts"
import type { Precision } from "../../../../stages/math/linear/Matrix.ts"
import { blocksOf } from "../../../../stages/math/linear/product-blocks.ts"
import { type ProductOptions, Workspace } from "../../../../stages/math/linear/Workspace.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { GEMM_WASM } from "../../../../stages/math/wasm/gemm.wasm.ts"
import { HELPER } from "../../../core/run/stage-bundles.ts"

const threads = new HelperThreads(HELPER)
afterAll(() => threads.end())

type Shape = readonly [m: number, n: number, k: number]

/** Shapes of products that are worth sharing: few rows, few columns, edges of blocks, and two hundred at random. */
const SHAPES: ReadonlyArray<Shape> = [
  [4, 1024, 300],
  [1, 2048, 600],
  [1100, 4, 300],
  [100, 100, 120],
  [96, 96, 120],
  [196, 128, 64],
  [2000, 1, 600],
  [388, 1000, 3],
  ...Array.from({ length: 200 }, (_, i): Shape => {
    const [m = 0, n = 0, more = 0] = stream(3, `shape ${i}`).integers(3, 300)
    return [1 + m, 1 + n, Math.ceil(2 ** 20 / ((1 + m) * (1 + n))) + (more % 9)]
  })
]

const NUMBERS = stream(5, "elements").uniforms(2 ** 21)

const product = (precision: Precision, [m, n, k]: Shape, options: ProductOptions, team: Team = ALONE) => {
  const space = new Workspace(precision, { team })
  const a = options.transposeA ? space.matrix(k, m) : space.matrix(m, k)
  const b = options.transposeB ? space.matrix(n, k) : space.matrix(k, n)
  const c = space.matrix(m, n)
  a.data.set(NUMBERS.subarray(0, m * k))
  b.data.set(NUMBERS.subarray(7, 7 + k * n))
  c.fill(0.5)
  space.multiply(c, a, b, { ...options, alpha: 0.3 })
  return c.data
}

const equalBits = (one: Float64Array | Float32Array, other: Float64Array | Float32Array): boolean =>
  one.length === other.length && one.every((x, i) => Object.is(x, other[i]))

describe("products of a team", () => {
  it("have the bits of one thread, whatever the number of helpers", () => {
    for (const [index, shape] of SHAPES.entries()) {
      const precision = index % 3 === 0 ? "f32" : "f64"
      const options = { transposeA: index % 2 === 0, transposeB: index % 4 < 2, accumulate: index % 5 === 0 }
      const loan = threads.lend(1 + (index % 4))
      const found = product(precision, shape, options, loan.team)
      loan.takeBack()
      assert.isTrue(equalBits(found, product(precision, shape, options)), shape.join("×"))
    }
  })

  it("are those of one thread where there is no helper, or nothing to share", () => {
    for (const team of [ALONE, threads.lend(2).team]) {
      assert.deepStrictEqual([...product("f64", [2, 2, 0], {}, team)], [0, 0, 0, 0])
      assert.lengthOf(product("f64", [0, 3, 2], {}, team), 0)
    }
  })
})

describe("products of a team with a matrix of zeros and ones", () => {
  it("have the bits of one thread", () => {
    const [m, n, k] = [20, 200, 33]
    const computed = (team: Team) => {
      const space = new Workspace("f64", { team })
      const [a, c] = [space.matrix(k, n), space.matrix(m, n)]
      a.set(NUMBERS.subarray(0, k * n))
      const ones = Uint8Array.from(NUMBERS.subarray(0, m * k), Math.round)
      new BinaryMatrix(space, m, k, ones).multiply(c, a)
      return c.toFloat64()
    }
    const loan = threads.lend(2)
    const found = computed(loan.team)
    loan.takeBack()
    assert.isTrue(equalBits(found, computed(ALONE)))
  })
})

describe("blocksOf", () => {
  it("covers a result once, by parts that are not small", () => {
    for (const [m, n] of SHAPES) {
      const times = new Uint8Array(m * n)
      const blocks = blocksOf(m, n, 3)
      for (const { row, column, rows, columns } of blocks) {
        assert.isTrue(blocks.length === 1 || rows >= 88 || columns >= 120)
        for (let i = row; i < row + rows; i++) for (let j = column; j < column + columns; j++) times[i * n + j]!++
      }
      assert.isTrue(times.every((count) => count === 1))
    }
  })
})

describe("Workspace.each", () => {
  it("refuses an export that there is not, alone and in a team", () => {
    for (const team of [ALONE, threads.lend(1).team]) {
      assert.throws(
        () => new Workspace("f64", { team }).each(GEMM_WASM, "other", [[]]),
        RangeError,
        'no function "other"'
      )
    }
  })
})
