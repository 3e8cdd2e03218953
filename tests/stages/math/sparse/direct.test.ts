import { assert, describe, it } from "vitest"
import { NotPositiveDefinite } from "../../../../stages/math/linear/NotPositiveDefinite.ts"
import { columnGraph, symmetricGraph } from "../../../../stages/math/sparse/Graph.ts"
import { minimumDegree } from "../../../../stages/math/sparse/MinimumDegree.ts"
import { kronecker, product, timesDense, timesVector } from "../../../../stages/math/sparse/Product.ts"
import { reverseCuthillMcKee } from "../../../../stages/math/sparse/ReverseCuthillMcKee.ts"
import {
  checkPermutation,
  filter,
  lowerTriangle,
  permuteSymmetrically
} from "../../../../stages/math/sparse/Selection.ts"
import { Singular } from "../../../../stages/math/sparse/Singular.ts"
import * as Ldlt from "../../../../stages/math/sparse/SparseLdlt.ts"
import * as Lu from "../../../../stages/math/sparse/SparseLu.ts"
import {
  diagonalMatrix,
  fromDense,
  fromTriplets,
  identity,
  type SparseMatrix,
  toDense,
  transpose
} from "../../../../stages/math/sparse/SparseMatrix.ts"
import { add, scaled } from "../../../../stages/math/sparse/Sum.ts"
import { analyse, factorEntries } from "../../../../stages/math/sparse/SymbolicFactor.ts"
import {
  denseProduct,
  denseTranspose,
  dice,
  laplacian,
  laplacian2d,
  largest,
  largestDifference,
  randomDefinite,
  randomMatrix,
  tridiagonal,
  whole
} from "./matrices.ts"

/** ‖B − A X‖ / (‖A‖ ‖X‖ + ‖B‖) by the largest elements, in units of n ε. */
const backwardError = (a: SparseMatrix, x: Float64Array, b: Float64Array, columns = 1): number => {
  const residual = largestDifference(timesDense(a, x, columns), b)
  if (residual === 0) return 0
  return residual / ((largest(a.values) * largest(x) + largest(b)) * a.rows * Number.EPSILON)
}

/** Entries of the Cholesky factor by the rule of elimination: who meets the unknown that goes meet each other. */
const fillByElimination = (a: SparseMatrix, order: Int32Array): number => {
  const dense = toDense(permuteSymmetrically(a, order)).map((value) => (value === 0 ? 0 : 1))
  const n = a.rows
  let count = 0
  for (let k = 0; k < n; k++) {
    const met = Array.from({ length: n - k - 1 }, (_, i) => k + 1 + i).filter((i) => dense[i * n + k] === 1)
    count += met.length + 1
    for (const i of met) for (const j of met) dense[i * n + j] = 1
  }
  return count
}

describe("orders of elimination", () => {
  it("hold each unknown once, and count the entries that elimination makes", () => {
    const random = dice("orders")
    for (let trial = 0; trial < 200; trial++) {
      const n = whole(random, 0, 24)
      const a = randomDefinite(random, n, 0.02 + 0.2 * random.uniforms(1)[0]!)
      for (const ordering of ["minimum-degree", "reverse-cuthill-mckee", "natural"] as const) {
        const symbolic = analyse(a, ordering)
        checkPermutation(symbolic.order, n)
        assert.strictEqual(factorEntries(symbolic), fillByElimination(a, symbolic.order), `${ordering}, ${n}`)
      }
    }
  })

  it("fill no tree, and a square hardly more than nested dissection would", () => {
    const star = fromTriplets(
      50,
      50,
      [...Array(50).keys(), ...Array(49).fill(0)],
      [...Array(50).keys(), ...Array.from({ length: 49 }, (_, i) => i + 1)],
      Array(99).fill(1)
    )
    assert.strictEqual(factorEntries(analyse(add(star, transpose(star)))), 99)
    const [degree, band, natural] = (["minimum-degree", "reverse-cuthill-mckee", "natural"] as const).map((ordering) =>
      factorEntries(analyse(laplacian2d(40), ordering))
    )
    // 31 n² log₂ n / 4 is the leading term of nested dissection on n × n points.
    assert.isBelow(degree!, (31 / 4) * 1600 * Math.log2(40))
    assert.isBelow(degree!, 0.5 * band!)
    assert.isAtMost(band!, natural!)
  })

  it("bring a band back that a permutation has scattered", () => {
    const n = 60
    const scattered = permuteSymmetrically(laplacian(n), dice("band").permutation(n))
    const order = reverseCuthillMcKee(symmetricGraph(scattered))
    const back = permuteSymmetrically(scattered, order)
    assert.strictEqual(Math.max(...Array.from(back.indices, (j, p) => j - back.starts.findLastIndex((s) => s <= p))), 1)
  })

  it("put a dense row last, and leave it out of AᵀA", () => {
    const n = 400
    const arrow = add(
      laplacian(n),
      fromTriplets(
        n,
        n,
        Array(n).fill(7),
        Array.from({ length: n }, (_, j) => j),
        Array(n).fill(1)
      )
    )
    assert.strictEqual(minimumDegree(symmetricGraph(arrow))[n - 1], 7)
    assert.isBelow(columnGraph(arrow).neighbours.length, 6 * n)
  })
})

describe("L D Lᵀ", () => {
  it("solves two hundred definite systems backward stably", () => {
    const random = dice("definite")
    for (let trial = 0; trial < 200; trial++) {
      const n = whole(random, 1, 40)
      const a = randomDefinite(random, n, 0.15)
      const columns = whole(random, 0, 3)
      const b = random.normals(n * columns)
      const ordering = (["minimum-degree", "reverse-cuthill-mckee", "natural"] as const)[trial % 3]!
      const x = Ldlt.solve(Ldlt.factor(a, analyse(a, ordering)), b, columns)
      assert.isAtMost(backwardError(a, x, b, columns), 1)
    }
  })

  it("reads the lower triangle only, and has the pivots of elimination", () => {
    const a = laplacian(6)
    const factored = Ldlt.factor(lowerTriangle(a), analyse(lowerTriangle(a), "natural"))
    // Of this matrix they are (k + 1)/k.
    assert.isBelow(
      largestDifference(factored.pivots.toSorted().reverse(), [2, 3 / 2, 4 / 3, 5 / 4, 6 / 5, 7 / 6]),
      1e-15
    )
  })

  it("uses an analysis again, and refuses another pattern", () => {
    const [a, b] = [laplacian2d(8), add(laplacian2d(8), scaled(identity(64), 0.3))]
    const symbolic = analyse(a)
    const right = dice("again").normals(64)
    assert.isAtMost(backwardError(b, Ldlt.solve(Ldlt.factor(b, symbolic), right), right), 1)
    assert.throws(() => Ldlt.factor(laplacian(64), symbolic), RangeError, "another pattern")
  })

  it("names the column where a matrix is not positive definite", () => {
    const a = add(laplacian(5), fromTriplets(5, 5, [3], [3], [-9]))
    for (const ordering of ["minimum-degree", "natural"] as const) {
      try {
        Ldlt.factor(a, analyse(a, ordering))
        assert.fail("it was factored")
      } catch (error) {
        assert(error instanceof NotPositiveDefinite)
        assert.isBelow(error.pivot, 0)
        if (ordering === "natural") assert.match(error.message, /not positive definite: the pivot of column [34]/u)
      }
    }
    assert.throws(() => Ldlt.factor(fromDense(Float64Array.of(Number.NaN), 1, 1)), NotPositiveDefinite)
    assert.throws(() => Ldlt.factor(diagonalMatrix(Float64Array.of(1, Number.POSITIVE_INFINITY))), NotPositiveDefinite)
  })

  it("factors an indefinite matrix, with its inertia", () => {
    const n = 30
    const a = add(laplacian(n), identity(n), 1, -0.9)
    const factored = Ldlt.factor(a, analyse(a), { definite: false })
    // Eigenvalues are 1.1 − 2 cos(π k / (n + 1)).
    const negative = Array.from({ length: n }, (_, k) => 1.1 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1))).filter(
      (x) => x < 0
    )
    assert.strictEqual(Ldlt.negativeEigenvalues(factored), negative.length)
    const b = dice("indefinite").normals(n)
    assert.isBelow(backwardError(a, Ldlt.solve(factored, b), b), 10)
    const swap = fromTriplets(2, 2, [0, 1], [1, 0], [1, 1])
    assert.throws(() => Ldlt.factor(swap, analyse(swap), { definite: false }), Singular, "column 0 is 0")
  })

  it("solves graded and nearly singular systems backward stably", () => {
    const grades = diagonalMatrix(Float64Array.from({ length: 40 }, (_, i) => 10 ** (-i / 4)))
    const graded = product(product(grades, laplacian(40)), grades)
    const hilbert = fromDense(
      Float64Array.from({ length: 100 }, (_, at) => 1 / (Math.floor(at / 10) + (at % 10) + 1)),
      10,
      10
    )
    for (const a of [graded, hilbert]) {
      const b = timesVector(a, new Float64Array(a.rows).fill(1))
      assert.isAtMost(backwardError(a, Ldlt.solve(Ldlt.factor(a), b), b), 1)
    }
  })

  it("takes matrices of order 0 and 1", () => {
    assert.strictEqual(Ldlt.solve(Ldlt.factor(identity(0)), new Float64Array(0)).length, 0)
    assert.deepStrictEqual([...Ldlt.solve(Ldlt.factor(diagonalMatrix(Float64Array.of(4))), Float64Array.of(2))], [0.5])
    assert.throws(() => analyse(fromDense(new Float64Array(2), 1, 2)), RangeError)
    assert.throws(() => Ldlt.solve(Ldlt.factor(identity(2)), new Float64Array(3)), RangeError, "not 2×1")
  })

  it("is updated and downdated to the factor of the sum", () => {
    const random = dice("update")
    for (let trial = 0; trial < 40; trial++) {
      const n = whole(random, 2, 25)
      const b = randomMatrix(random, n, n + 3, 0.15)
      const a = add(product(b, transpose(b)), identity(n))
      const factored = Ldlt.factor(a)
      const column = transpose(b)
      const j = whole(random, 0, column.rows - 1)
      const range = [column.starts[j]!, column.starts[j + 1]!] as const
      const [indices, values] = [column.indices.slice(...range), column.values.slice(...range)]
      const w = fromTriplets(n, 1, indices, new Int32Array(indices.length), values)
      const square = product(w, transpose(w))
      const right = random.normals(n)
      const up = Ldlt.update(factored, indices, values)
      assert.isBelow(backwardError(add(a, square), Ldlt.solve(up, right), right), 10)
      const down = Ldlt.update(factored, indices, values, -1)
      assert.isBelow(backwardError(add(a, square, 1, -1), Ldlt.solve(down, right), right), 10)
      assert.isBelow(
        largestDifference(Ldlt.update(up, indices, values, -1).pivots, factored.pivots),
        1e-12 * largest(factored.pivots)
      )
    }
  })

  it("refuses an update that it has no entries for, and a downdate too far", () => {
    const factored = Ldlt.factor(identity(3))
    assert.throws(() => Ldlt.update(factored, [0, 2], [1, 1]), RangeError, "do not meet in the factor")
    assert.throws(() => Ldlt.update(factored, [3], [1]), RangeError, "no unknown 3")
    assert.throws(() => Ldlt.update(factored, [1], [1], -1), NotPositiveDefinite, "column 1")
    assert.deepStrictEqual(Ldlt.update(factored, [], []).pivots, factored.pivots)
  })
})

describe("P A Q = L U", () => {
  it("solves two hundred general systems, and their transposes, backward stably", () => {
    const random = dice("general")
    for (let trial = 0; trial < 200; trial++) {
      const n = whole(random, 1, 40)
      // Entries at random places with a permuted diagonal, so that A is not singular by its pattern.
      const spread = fromTriplets(n, n, [...Array(n).keys()], random.permutation(n), random.normals(n))
      const a = add(randomMatrix(random, n, n, 0.1), spread)
      const columns = whole(random, 0, 3)
      const b = random.normals(n * columns)
      const lu = Lu.factor(a, { threshold: trial % 2 === 0 ? 1 : 0.1 })
      assert.isAtMost(backwardError(a, Lu.solve(lu, b, columns), b, columns), 20, `order ${n}`)
      assert.isAtMost(backwardError(transpose(a), Lu.solveTransposed(lu, b, columns), b, columns), 20, `order ${n}`)
    }
  })

  it("multiplies to A again, with no element of L beyond 1", () => {
    const random = dice("factors")
    const n = 30
    const a = add(randomMatrix(random, n, n, 0.1), identity(n))
    const { rowPlace, columnOrder, lower, upper, pivots } = Lu.factor(a)
    const dense = (t: Lu.Triangle, diagonal: (k: number) => number): Float64Array => {
      const result = new Float64Array(n * n)
      for (let k = 0; k < n; k++) {
        result[k * n + k] = diagonal(k)
        for (let p = t.starts[k]!; p < t.starts[k + 1]!; p++) result[t.rows[p]! * n + k] = t.values[p]!
      }
      return result
    }
    const found = denseProduct(
      dense(lower, () => 1),
      dense(upper, (k) => pivots[k]!),
      n,
      n,
      n
    )
    const original = toDense(a)
    const expected = new Float64Array(n * n)
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) expected[rowPlace[i]! * n + k] = original[i * n + columnOrder[k]!]!
    assert.isBelow(largestDifference(found, expected), 1e-14 * largest(original))
    assert.isAtMost(largest(lower.values), 1)
  })

  it("exchanges rows where elimination without it fails", () => {
    const tiny = fromDense(Float64Array.of(1e-20, 1, 1, 1), 2, 2)
    const x = Lu.solve(Lu.factor(tiny, { columnOrder: Int32Array.of(0, 1) }), Float64Array.of(1, 2))
    assert.isBelow(largestDifference(x, [1, 1]), 1e-15)
  })

  it("factors a matrix of the same pattern with the pivots of another", () => {
    const flow = (speed: number): SparseMatrix => {
      const [n, drift] = [12, tridiagonal(12, -1 - speed, 2, -1 + speed)]
      return add(kronecker(drift, identity(n)), kronecker(identity(n), laplacian(n)))
    }
    const lu = Lu.factor(flow(0.5))
    const b = dice("refactor").normals(144)
    const again = Lu.refactor(lu, flow(0.8))
    assert.isBelow(backwardError(flow(0.8), Lu.solve(again, b), b), 1)
    assert.deepStrictEqual(Lu.refactor(lu, flow(0.5)), lu)
    assert.throws(
      () => Lu.refactor(lu, fromDense(new Float64Array(144 * 144).fill(1), 144, 144)),
      RangeError,
      "no place for entry"
    )
    assert.throws(
      () =>
        Lu.refactor(
          lu,
          filter(flow(0.5), (i) => i !== 5)
        ),
      Singular
    )
  })

  it("names the column of a singular matrix", () => {
    const gap = fromDense(Float64Array.of(1, 0, 2, 3, 0, 4, 5, 0, 7), 3, 3)
    assert.throws(() => Lu.factor(gap), Singular, "column 1 is 0")
    assert.throws(() => Lu.factor(fromDense(Float64Array.of(1, 1, 1, 1), 2, 2)), Singular)
    assert.throws(() => Lu.factor(fromDense(Float64Array.of(Number.NaN), 1, 1)), Singular, "is NaN")
    assert.throws(() => Lu.factor(fromDense(new Float64Array(2), 1, 2)), RangeError, "square")
    assert.throws(() => Lu.solve(Lu.factor(identity(2)), new Float64Array(3)), RangeError, "not 2×1")
    assert.strictEqual(Lu.solve(Lu.factor(identity(0)), new Float64Array(0)).length, 0)
  })

  it("solves what a dense product of a sparse one makes of columns", () => {
    const a = add(laplacian2d(6), fromTriplets(36, 36, [0], [35], [4]))
    const x = dice("columns").normals(36 * 2)
    assert.isBelow(largestDifference(Lu.solve(Lu.factor(a), timesDense(a, x, 2), 2), x), 1e-12)
    assert.strictEqual(denseTranspose(toDense(a), 36, 36)[35 * 36], 4)
  })
})
