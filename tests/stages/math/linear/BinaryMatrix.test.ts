import { assert, describe, it } from "vitest"
import { BinaryMatrix } from "../../../../stages/math/linear/BinaryMatrix.ts"
import { Workspace } from "../../../../stages/math/linear/Workspace.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"

const bits = (count: number, name: string): Uint8Array => Uint8Array.from(stream(3, name).integers(count, 2))

/** Element (i, j) of Δ A: rows of A by fours, in order. */
const element = (delta: Uint8Array, a: ArrayLike<number>, k: number, lda: number, i: number, j: number): number => {
  let sum = 0
  for (let group = 0; group < k; group += 4) {
    let four = 0
    for (let p = group; p < Math.min(k, group + 4); p++) if (delta[i * k + p] === 1) four += a[p * lda + j]!
    sum += four
  }
  return sum
}

/** C of a module beside what it should be, both with whatever is beside the block in `gap` columns. */
const both = (m: number, n: number, k: number, gap: number) => {
  const space = new Workspace("f64")
  const delta = bits(m * k, "delta")
  const [a, c] = [space.matrix(k, n + gap), space.matrix(m, n + gap)]
  const binary = new BinaryMatrix(space, m, k, delta)
  for (const [at, matrix] of [a, c].entries()) matrix.set(stream(at, "dense").normals(matrix.rows * matrix.columns))
  const expected = c.toFloat64()
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) expected[i * (n + gap) + j] = element(delta, a.data, k, n + gap, i, j)
  }
  binary.multiply(c.block(0, 0, m, n), a.block(0, 0, k, n))
  return { found: c.toFloat64(), expected }
}

describe("BinaryMatrix.multiply", () => {
  it("sums rows by fours, in order, for two hundred random shapes, and touches nothing beside its block", () => {
    const draws = stream(7, "shapes")
    for (let round = 0; round < 200; round++) {
      const [m, n, k, gap] = [9, 40, 30, 3].map((below) => draws.integers(1, below)[0]!)
      const { found, expected } = both(m!, n!, k!, gap!)
      assert.deepStrictEqual(found, expected, `${m} × ${n} × ${k}, gap ${gap}`)
    }
  })

  it.each([
    [3, 13, 401],
    [2, 4, 600],
    [5, 150, 70],
    [3, 64, 5],
    [3, 65, 4]
  ])("does so where the tables of sums or the columns are cut: %i × %i × %i", (m, n, k) => {
    const { found, expected } = both(m, n, k, 1)
    assert.deepStrictEqual(found, expected)
  })

  it("is zero without an inner dimension, and does nothing without an outer one", () => {
    assert.deepStrictEqual([...both(2, 3, 0, 0).found], [0, 0, 0, 0, 0, 0])
    both(0, 3, 2, 0)
    both(2, 0, 3, 0)
  })

  it("leaves what is not finite in its column, and out of rows that do not choose it", () => {
    const space = new Workspace("f64")
    const binary = new BinaryMatrix(space, 2, 5, Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 0, 1, 1))
    const [a, c] = [space.matrix(5, 3), space.matrix(2, 3)]
    a.fill(1)
    a.row(2)[1] = Number.NaN
    binary.multiply(c, a)
    assert.deepStrictEqual([...c.data], [5, Number.NaN, 5, 4, 4, 4])
  })

  it("refuses shapes that do not fit", () => {
    const space = new Workspace("f64")
    assert.throws(() => new BinaryMatrix(space, 2, 3, new Uint8Array(5)), RangeError)
    const binary = new BinaryMatrix(space, 2, 3, new Uint8Array(6))
    assert.throws(() => binary.multiply(space.matrix(2, 2), space.matrix(2, 2)), RangeError)
    assert.throws(() => binary.multiply(space.matrix(3, 2), space.matrix(3, 2)), RangeError)
  })
})
