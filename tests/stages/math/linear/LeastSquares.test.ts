import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { solve, solveFullRank, solveInPlace } from "../../../../stages/math/linear/LeastSquares.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { digest, hilbert, largest, random, tabulate, workspace } from "./matrices.ts"

/** Largest element of Aᵀ (A X − B), which vanishes at a minimum, in units of ε ‖A‖ (‖A‖ ‖X‖ + ‖B‖) by largest elements. */
const slope = (a: Float64Array, m: number, n: number, x: Float64Array, b: Float64Array, columns: number): number => {
  const residual = multiply(a, x, m, columns, n).map((value, at) => value - b[at]!)
  const normal = multiply(a, residual, n, columns, m, { transposeA: true })
  const scale = largest(a) * (largest(a) * largest(x) + largest(b))
  return largest(normal) / (Number.EPSILON * (scale || 1))
}

/** Largest element of X's part that A does not see, Z Zᵀ X for a basis Z of the null space of A = left · right. */
const hidden = (right: Float64Array, k: number, n: number, x: Float64Array, columns: number): number => {
  // The shortest solution lies in the row space: X = rightᵀ W for some W.
  const w = solve(transposed(right, k, n), n, k, x, columns).solution
  const inside = multiply(transposed(right, k, n), w, n, columns, k)
  return largest(inside.map((value, at) => value - x[at]!)) / (Number.EPSILON * (largest(x) || 1))
}

const transposed = (a: Float64Array, m: number, n: number): Float64Array => tabulate(n, m, (i, j) => a[j * n + i]!)

describe("solve", () => {
  it("finds the shortest of all minima for two hundred random shapes and ranks", () => {
    const draws = stream(12, "least squares shapes")
    for (let round = 0; round < 200; round++) {
      const [m, n, k, columns] = [24, 24, 24, 3].map((below) => draws.integers(1, below)[0]! + 1) as [
        number,
        number,
        number,
        number
      ]
      const rank = Math.min(k, m, n)
      const [left, right] = [draws.normals(m * rank), draws.normals(rank * n)]
      const a = multiply(left, right, m, n, rank)
      const b = draws.normals(m * columns)
      const { solution, rank: found } = solve(a, m, n, b, columns, { tolerance: 1e-11 })
      assert.strictEqual(found, rank, `${m} × ${n} of rank ${rank}`)
      assert.isBelow(slope(a, m, n, solution, b, columns), 100, `slope, ${m} × ${n} of rank ${rank}`)
      assert.isBelow(hidden(right, rank, n, solution, columns), 3e4, `hidden, ${m} × ${n} of rank ${rank}`)
    }
  })

  it("has the known answer for a line through points, and the mean of equal columns", () => {
    // y = 1 + 2t through (0, 1), (1, 3), (2, 5); with one point off by ±3/2.
    const line = solve(Float64Array.of(1, 0, 1, 1, 1, 2), 3, 2, Float64Array.of(1, 3, 5)).solution
    assert.isBelow(largest(line.map((value, at) => value - [1, 2][at]!)), 4e-15)
    const shared = solve(Float64Array.of(1, 1, 1, 1), 2, 2, Float64Array.of(3, 5))
    assert.strictEqual(shared.rank, 1)
    assert.isBelow(largest(shared.solution.map((value) => value - 2)), 4e-15)
  })

  it("keeps the solution of the Hilbert matrix small by leaving out what is beyond its rank", () => {
    const n = 20
    const b = multiply(hilbert(n), new Float64Array(n).fill(1), n, 1, n)
    const { rank, solution } = solve(hilbert(n), n, n, b)
    assert.isTrue(rank > 10 && rank < 16, `rank ${rank}`)
    assert.isBelow(largest(solution), 1.5)
    assert.isBelow(slope(hilbert(n), n, n, solution, b, 1), 30)
  })

  it("gives zeros for a matrix of zeros, and takes what is empty", () => {
    assert.deepStrictEqual(solve(new Float64Array(6), 3, 2, Float64Array.of(1, 2, 3)), {
      solution: new Float64Array(2),
      rank: 0
    })
    assert.deepStrictEqual(solve(new Float64Array(0), 0, 2, new Float64Array(0)), {
      solution: new Float64Array(2),
      rank: 0
    })
    assert.deepStrictEqual(solve(new Float64Array(0), 2, 0, new Float64Array(2)).rank, 0)
  })

  it("refuses what is not finite in A, and keeps it in its column of B", () => {
    assert.throws(() => solve(Float64Array.of(1, Number.NaN), 2, 1, new Float64Array(2)), NotFinite)
    const { solution } = solve(Float64Array.of(2, 0, 0, 2), 2, 2, Float64Array.of(2, Number.NaN, 4, 0), 2)
    assert.deepStrictEqual([solution[0], solution[2]], [1, 2])
    assert.isNaN(solution[1])
  })

  it("refuses shapes that do not fit", () => {
    const space = workspace()
    assert.throws(
      () => solveInPlace(space, space.matrix(3, 2), space.matrix(2, 1), space.matrix(2, 1)),
      /3×2 times 2×1 does not give 2×1/u
    )
  })

  it("gives the same bits on every machine", () => {
    const a = multiply(random(90, 20, "l"), random(20, 70, "r"), 90, 70, 20)
    assert.strictEqual(
      digest(solve(a, 90, 70, random(90, 3, "b"), 3).solution),
      "ef6ca62aa0a6db6c375f5d91cae1100082f9ce2870a7eec61ea17d2487cb3801"
    )
  })
})

describe("solveFullRank", () => {
  it.each([
    [1, 1],
    [40, 40],
    [150, 90]
  ])("finds the minimum for %i × %i", (m, n) => {
    const [a, b] = [random(m, n, `full ${m}`), random(m, 2, `full b ${m}`)]
    const x = solveFullRank(a, m, n, b, 2)
    assert.isBelow(slope(a, m, n, x, b, 2), 10 + m / 4)
    const { solution } = solve(a, m, n, b, 2)
    assert.isBelow(largest(x.map((value, at) => value - solution[at]!)), 1e-12 * largest(x))
  })

  it("refuses a column of zeros, and fewer rows than columns", () => {
    assert.throws(() => solveFullRank(Float64Array.of(1, 0, 2, 0), 2, 2, new Float64Array(2)), /pivot 1 is 0/u)
    assert.throws(() => solveFullRank(new Float64Array(2), 1, 2, new Float64Array(1)), /1×2 has not rank 2/u)
  })
})
