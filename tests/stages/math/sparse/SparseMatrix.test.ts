import { assert, describe, it } from "vitest"
import * as Product from "../../../../stages/math/sparse/Product.ts"
import * as Selection from "../../../../stages/math/sparse/Selection.ts"
import * as Sparse from "../../../../stages/math/sparse/SparseMatrix.ts"
import * as Sum from "../../../../stages/math/sparse/Sum.ts"
import { denseProduct, denseTranspose, dice, laplacian2d, largestDifference, randomMatrix, whole } from "./matrices.ts"

const isValid = (a: Sparse.SparseMatrix): void => {
  Sparse.fromCompressed(a.rows, a.columns, a.starts, a.indices, a.values)
}

describe("a sparse matrix", () => {
  it("sums triplets at one place, in the order given", () => {
    const a = Sparse.fromTriplets(2, 3, [1, 0, 1, 1], [2, 1, 0, 2], [1e16, 5, 7, 1])
    assert.deepStrictEqual([...a.starts], [0, 1, 3])
    assert.deepStrictEqual([...a.indices], [1, 0, 2])
    assert.deepStrictEqual([...a.values], [5, 7, 1e16])
    isValid(a)
  })

  it("agrees with dense arithmetic on two hundred shapes", () => {
    const random = dice("shapes")
    for (let trial = 0; trial < 200; trial++) {
      const [m, k, n] = [whole(random, 0, 9), whole(random, 0, 9), whole(random, 0, 9)]
      const [a, b, c] = [
        randomMatrix(random, m, k, 0.4),
        randomMatrix(random, k, n, 0.3),
        randomMatrix(random, m, k, 0.2)
      ]
      const [da, db, dc] = [Sparse.toDense(a), Sparse.toDense(b), Sparse.toDense(c)]
      const same = (found: Sparse.SparseMatrix, expected: Float64Array, name: string): void => {
        isValid(found)
        assert.isAtMost(largestDifference(Sparse.toDense(found), expected), 1e-14, `${name} of ${m}×${k}×${n}`)
        assert.strictEqual(found.rows * found.columns, expected.length)
      }
      same(Sparse.fromDense(da, m, k), da, "dense")
      same(Sparse.transpose(a), denseTranspose(da, m, k), "transpose")
      same(
        Sum.add(a, c, 2, -3),
        da.map((value, at) => 2 * value - 3 * dc[at]!),
        "sum"
      )
      same(Product.product(a, b), denseProduct(da, db, m, n, k), "product")
      const x = random.normals(k)
      const y = random.normals(m)
      assert.isAtMost(largestDifference(Product.timesVector(a, x), denseProduct(da, x, m, 1, k)), 1e-14)
      assert.isAtMost(largestDifference(Product.transposeTimesVector(a, y), denseProduct(y, da, 1, k, m)), 1e-14)
      assert.isAtMost(largestDifference(Product.timesDense(a, db, n), denseProduct(da, db, m, n, k)), 1e-14)
      same(
        Product.kronecker(a, b),
        Float64Array.from({ length: m * k * k * n }, (_, at) => {
          const [row, column] = [Math.floor(at / (k * n)), at % (k * n)]
          return da[Math.floor(row / k) * k + Math.floor(column / n)]! * db[(row % k) * n + (column % n)]!
        }),
        "Kronecker product"
      )
      const rows = m === 0 ? new Int32Array(0) : random.integers(4, m)
      const columns = random.permutation(k).slice(0, 5)
      const part = Float64Array.from({ length: rows.length * columns.length }, (_, at) => {
        return da[rows[Math.floor(at / columns.length)]! * k + columns[at % columns.length]!]!
      })
      same(Selection.select(a, rows, columns), part, "selection")
    }
  })

  it("has no entry meet what is no number at a place that is not stored", () => {
    const a = Sparse.fromDense(Float64Array.of(1, 0, 0, Number.NaN), 2, 2)
    assert.strictEqual(Sparse.entries(a), 2)
    assert.deepStrictEqual([...Product.timesVector(a, Float64Array.of(2, Number.POSITIVE_INFINITY))], [2, Number.NaN])
    assert.deepStrictEqual(
      [...Product.timesVector(Sparse.identity(2), Float64Array.of(3, Number.NaN))],
      [3, Number.NaN]
    )
  })

  it("is as symmetric as its entries", () => {
    assert.strictEqual(Sum.asymmetry(laplacian2d(4)), 0)
    const a = Sparse.fromTriplets(2, 2, [0, 1], [1, 0], [3, 3.5])
    assert.strictEqual(Sum.asymmetry(a), 0.5)
    assert.isTrue(Sum.hasSymmetricPattern(a))
    assert.isFalse(Sum.hasSymmetricPattern(Sparse.fromTriplets(2, 2, [0], [1], [1])))
    assert.deepStrictEqual([...Sparse.diagonal(Sum.scaled(laplacian2d(2), 0.5))], [2, 2, 2, 2])
  })

  it("has a triangle above and one below", () => {
    const a = laplacian2d(3)
    const [lower, upper] = [Selection.lowerTriangle(a), Selection.upperTriangle(a)]
    assert.deepStrictEqual(Sparse.transpose(lower), upper)
    const twice = Sum.add(Sum.add(lower, upper), Sparse.diagonalMatrix(Sparse.diagonal(a)), 1, -1)
    assert.deepStrictEqual(Sparse.toDense(twice), Sparse.toDense(a))
  })

  it.each([
    ["triplet 1 lies at (0, 2), outside of 2×2", () => Sparse.fromTriplets(2, 2, [0, 0], [1, 2], [1, 1])],
    ["1 rows and 2 columns are given for 1 values", () => Sparse.fromTriplets(2, 2, [0], [1, 1], [1])],
    ["cannot have -1 rows", () => Sparse.fromTriplets(-1, 2, [], [], [])],
    [
      "row 0 has column 0 after 1",
      () => Sparse.fromCompressed(1, 2, Int32Array.of(0, 2), Int32Array.of(1, 0), new Float64Array(2))
    ],
    [
      "row 0 has column 2",
      () => Sparse.fromCompressed(1, 2, Int32Array.of(0, 1), Int32Array.of(2), new Float64Array(1))
    ],
    ["not 2×2", () => Sparse.fromDense(new Float64Array(3), 2, 2)],
    ["x has 1 elements, not 2", () => Product.timesVector(Sparse.identity(2), new Float64Array(1))],
    ["A has 2 columns, B 3 rows", () => Product.product(Sparse.identity(2), Sparse.identity(3))],
    ["A is 2×2, B 3×3", () => Sum.add(Sparse.identity(2), Sparse.identity(3))],
    ["there is no row 2", () => Selection.select(Sparse.identity(2), [2], [0])],
    ["column 1 is selected twice", () => Selection.select(Sparse.identity(2), [0], [1, 1])],
    ["holds each of 0 … 1 once", () => Selection.permuteSymmetrically(Sparse.identity(2), Int32Array.of(1, 1))]
  ])("refuses what does not fit: %s", (message, run) => {
    assert.throws(run, RangeError, message)
  })
})
