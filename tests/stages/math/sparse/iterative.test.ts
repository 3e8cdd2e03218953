import { createHash } from "node:crypto"
import { assert, describe, it } from "vitest"
import { NotPositiveDefinite } from "../../../../stages/math/linear/NotPositiveDefinite.ts"
import { biCgStab } from "../../../../stages/math/sparse/BiCgStab.ts"
import { conjugateGradients } from "../../../../stages/math/sparse/ConjugateGradients.ts"
import { gmres } from "../../../../stages/math/sparse/Gmres.ts"
import { type IterationOptions, NotConverged, type Obstacle } from "../../../../stages/math/sparse/Iteration.ts"
import { lanczos, NoEigenpairs } from "../../../../stages/math/sparse/Lanczos.ts"
import { lsmr } from "../../../../stages/math/sparse/Lsmr.ts"
import { minres } from "../../../../stages/math/sparse/Minres.ts"
import { operator, rectangular } from "../../../../stages/math/sparse/Operator.ts"
import { incompleteCholesky, jacobi } from "../../../../stages/math/sparse/Preconditioner.ts"
import { kronecker, product, timesVector, transposeTimesVector } from "../../../../stages/math/sparse/Product.ts"
import * as Ldlt from "../../../../stages/math/sparse/SparseLdlt.ts"
import * as Lu from "../../../../stages/math/sparse/SparseLu.ts"
import {
  diagonalMatrix,
  fromDense,
  fromTriplets,
  identity,
  type SparseMatrix,
  transpose
} from "../../../../stages/math/sparse/SparseMatrix.ts"
import { add } from "../../../../stages/math/sparse/Sum.ts"
import {
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

const METHODS = { conjugateGradients, minres, gmres, biCgStab }
type Method = keyof typeof METHODS

const length = (x: Float64Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))

const relativeResidual = (a: SparseMatrix, x: Float64Array, b: Float64Array): number => {
  const product = timesVector(a, x)
  return length(b.map((value, i) => value - product[i]!)) / length(b)
}

const failure = (run: () => unknown): NotConverged => {
  try {
    run()
  } catch (error) {
    if (error instanceof NotConverged) return error
    throw error
  }
  return assert.fail("it came to its end")
}

describe.each(Object.keys(METHODS) as ReadonlyArray<Method>)("%s", (name) => {
  const method = METHODS[name]
  const solve = (a: SparseMatrix, b: Float64Array, options: IterationOptions = {}) => method(operator(a), b, options)

  it("comes to what the direct solver gives, on two hundred definite systems", () => {
    const random = dice(`definite ${name}`)
    for (let trial = 0; trial < 200; trial++) {
      const n = whole(random, 1, 24)
      const a = randomDefinite(random, n, 0.15)
      const b = random.normals(n)
      const precondition = [undefined, jacobi(a), incompleteCholesky(a)][trial % 3]
      const options = precondition === undefined ? {} : { precondition }
      const { x, residual, history, iterations } = solve(a, b, { ...options, tolerance: 1e-12, maxIterations: 200 })
      assert.isAtMost(relativeResidual(a, x, b), 1.01e-12)
      assert.closeTo(residual, relativeResidual(a, x, b), 1e-14)
      assert.strictEqual(history.length, iterations + 1)
      assert.strictEqual(history[0], 1)
      const direct = Ldlt.solve(Ldlt.factor(a), b)
      assert.isBelow(largestDifference(x, direct), 1e-9 * Math.max(1, largest(direct)))
    }
  })

  it("begins where it is told, and leaves that as it is", () => {
    const a = laplacian2d(5)
    const b = dice("start").normals(25)
    const { x } = solve(a, b)
    const start = x.slice()
    const again = solve(a, b, { start })
    assert.deepStrictEqual([again.iterations, [...again.x]], [0, [...x]])
    start[3]! += 1
    const corrected = solve(a, b, { start })
    assert.isAtMost(corrected.residual, 1e-10)
    assert.strictEqual(start[3], x[3]! + 1)
    assert.throws(() => solve(a, b, { start: new Float64Array(3) }), RangeError, "the start has 3 elements")
  })

  it("takes 0, one unknown, and none", () => {
    assert.deepStrictEqual(solve(laplacian(4), new Float64Array(4), { start: new Float64Array(4).fill(9) }), {
      x: new Float64Array(4),
      iterations: 0,
      residual: 0,
      history: [0]
    })
    assert.deepStrictEqual([...solve(diagonalMatrix(Float64Array.of(4)), Float64Array.of(2)).x], [0.5])
    assert.strictEqual(solve(identity(0), new Float64Array(0)).x.length, 0)
  })

  it.each<[Obstacle, SparseMatrix, Float64Array, IterationOptions]>([
    ["iterations", laplacian(50), new Float64Array(50).fill(1), { maxIterations: 3 }],
    ["stagnation", laplacian2d(8), dice("stagnation").normals(64), { tolerance: 1e-18 }],
    ["not finite", laplacian(4), Float64Array.of(1, Number.NaN, 0, 0), {}],
    ["not finite", diagonalMatrix(Float64Array.of(1, Number.NaN)), Float64Array.of(1, 1), {}]
  ])("says what kept it from its end: %s", (obstacle, a, b, options) => {
    const error = failure(() => solve(a, b, options))
    assert.strictEqual(error.obstacle, obstacle)
    assert.isTrue(error.message.includes(obstacle))
    if (obstacle !== "iterations") return
    assert.strictEqual(error.solution.iterations, 3)
    assert.closeTo(error.solution.residual, relativeResidual(a, error.solution.x, b), 1e-13)
  })
})

describe("the methods", () => {
  it("take as many steps as there are eigenvalues", () => {
    const a = diagonalMatrix(Float64Array.from({ length: 60 }, (_, i) => 1 + (i % 4)))
    const b = dice("steps").normals(60)
    for (const method of [conjugateGradients, minres, gmres, biCgStab]) {
      assert.isAtMost(method(operator(a), b).iterations, 4)
    }
  })

  it("converge as fast as theory says, and faster with a preconditioner", () => {
    const a = laplacian2d(30)
    const b = dice("theory").normals(900)
    const plain = conjugateGradients(operator(a), b, { tolerance: 1e-8 })
    // κ = cot²(π / 2(n + 1)); an error below 2 qᵏ in the norm of A, which costs √κ more in that of the residual.
    const root = 1 / Math.tan(Math.PI / 62)
    assert.isAtMost(plain.iterations, Math.ceil(Math.log(2 * root * 1e8) / Math.log((root + 1) / (root - 1))))
    const better = conjugateGradients(operator(a), b, { tolerance: 1e-8, precondition: incompleteCholesky(a) })
    assert.isBelow(better.iterations, 0.5 * plain.iterations)
    const perfect = Ldlt.factor(a)
    const precondition = (r: Float64Array, z: Float64Array): void => z.set(Ldlt.solve(perfect, r))
    for (const method of [conjugateGradients, minres, gmres, biCgStab]) {
      assert.isAtMost(method(operator(a), b, { precondition }).iterations, 2)
    }
  })

  it("solve indefinite systems by minimal residuals, which never grow", () => {
    const a = add(laplacian2d(12), identity(144), 1, -2.3)
    const b = dice("indefinite iterations").normals(144)
    for (const method of [minres, gmres]) {
      const { x, history } = method(operator(a), b, { restart: 144 })
      assert.isAtMost(relativeResidual(a, x, b), 1.01e-10)
      for (let k = 1; k < history.length; k++) assert.isAtMost(history[k]!, history[k - 1]! * (1 + 1e-8))
    }
    assert.strictEqual(failure(() => conjugateGradients(operator(a), b)).obstacle, "indefinite")
    const negative = diagonalMatrix(new Float64Array(144).fill(-1))
    assert.strictEqual(
      failure(() => minres(operator(a), b, { precondition: operator(negative) })).obstacle,
      "indefinite"
    )
  })

  it("solve systems that are not symmetric", () => {
    const n = 14
    const a = add(kronecker(tridiagonal(n, -1.9, 2, -0.1), identity(n)), kronecker(identity(n), laplacian(n)))
    const b = dice("flow").normals(n * n)
    const direct = Lu.solve(Lu.factor(a), b)
    for (const method of [gmres, biCgStab]) {
      const { x } = method(operator(a), b, { precondition: jacobi(a), tolerance: 1e-11 })
      assert.isBelow(largestDifference(x, direct), 1e-9 * largest(direct))
    }
  })

  it("need no matrix", () => {
    const n = 40
    const a = (x: Float64Array, y: Float64Array): void => {
      for (let i = 0; i < n; i++) y[i] = 3 * x[i]! + (x[i + 1] ?? 0) / 2 + (x[i - 1] ?? 0) / 2
    }
    const ones = new Float64Array(n).fill(1)
    const b = new Float64Array(n)
    a(ones, b)
    for (const method of [conjugateGradients, minres, gmres, biCgStab]) {
      assert.isBelow(largestDifference(method(a, b).x, ones), 1e-9)
    }
  })

  it.each(Object.keys(METHODS) as ReadonlyArray<Method>)("solve for right-hand sides of any size: %s", (method) => {
    const a = operator(tridiagonal(40, -1, 4, -1))
    const b = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i + 1))
    const { x, iterations } = METHODS[method](a, b)
    for (const size of [2 ** 1010, 2 ** -1000]) {
      const [scaled, start] = [b, new Float64Array(40).fill(1)].map((each) => each.map((element) => element * size))
      const found = METHODS[method](a, scaled!)
      assert.deepStrictEqual([found.x.map((element) => element / size), found.iterations], [x, iterations])
      assert.isBelow(METHODS[method](a, scaled!, { start: start! }).residual, 1e-10)
    }
    assert.throws(() => METHODS[method](a, b.with(3, Number.POSITIVE_INFINITY)), NotConverged)
  })

  it("end where a matrix is singular and the right-hand side beyond it", () => {
    const a = diagonalMatrix(Float64Array.of(1, 2, 0))
    const b = Float64Array.of(1, 1, 1)
    for (const method of [minres, gmres]) {
      const error = failure(() => method(operator(a), b))
      assert.include(["stagnation", "breakdown", "iterations"], error.obstacle)
      assert.closeTo(error.solution.residual, 1 / Math.sqrt(3), 1e-9)
      // In its range it is solved.
      assert.isBelow(largestDifference(method(operator(a), Float64Array.of(3, 4, 0)).x, [3, 2, 0]), 1e-12)
    }
  })
})

describe("preconditioners", () => {
  it("factor exactly what elimination does not fill, and shift what it cannot", () => {
    const a = laplacian(20)
    const z = new Float64Array(20)
    const b = dice("incomplete").normals(20)
    incompleteCholesky(a)(b, z)
    assert.isBelow(largestDifference(timesVector(a, z), b), 1e-13)
    // Positive definite, while its incomplete factorisation meets a negative pivot (Kershaw 1978).
    const kershaw = fromDense(Float64Array.of(3, -2, 0, 2, -2, 3, -2, 0, 0, -2, 3, -2, 2, 0, -2, 3), 4, 4)
    const { iterations } = conjugateGradients(operator(kershaw), b.slice(0, 4), {
      precondition: incompleteCholesky(kershaw)
    })
    assert.isAtMost(iterations, 8)
  })

  it("refuse a diagonal that is not positive, and what is no number", () => {
    for (const make of [jacobi, incompleteCholesky]) {
      assert.throws(() => make(diagonalMatrix(Float64Array.of(1, -2))), NotPositiveDefinite, "column 1 is -2")
      assert.throws(() => make(diagonalMatrix(Float64Array.of(Number.NaN))), NotPositiveDefinite)
    }
    const a = fromDense(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2, 2)
    assert.throws(() => incompleteCholesky(a), NotPositiveDefinite)
  })
})

describe("lsmr", () => {
  it("finds least squares of tall, wide and square systems", () => {
    const random = dice("lsmr")
    for (let trial = 0; trial < 200; trial++) {
      const [m, n] = [whole(random, 1, 20), whole(random, 1, 20)]
      const a = randomMatrix(random, m, n, 0.3)
      const b = random.normals(m)
      const damping = trial % 3 === 0 ? 0.5 : 0
      const { x, history, residual } = lsmr(rectangular(a), b, { damping, tolerance: 1e-13 })
      const image = timesVector(a, x)
      const rest = b.map((value, i) => value - image[i]!)
      const gradient = transposeTimesVector(a, rest).map((value, j) => value - damping * damping * x[j]!)
      const size = Math.max(1, largest(a.values)) * length(b)
      assert.isBelow(largest(gradient), 1e-10 * size * Math.sqrt(m + n))
      assert.closeTo(residual, Math.sqrt(length(rest) ** 2 + (damping * length(x)) ** 2) / length(b), 1e-12)
      for (let k = 1; k < history.length; k++) assert.isAtMost(history[k]!, history[k - 1]! * (1 + 1e-12))
    }
  })

  it("finds them for matrices and right-hand sides of any size", () => {
    const [ra, rb] = [dice("sizes"), dice("right sides of sizes")]
    const [dense, b] = [ra.normals(60), rb.normals(10)]
    const solved = (sizeA: number, sizeB: number, damping: number) =>
      lsmr(
        rectangular(
          fromDense(
            dense.map((x) => x * sizeA),
            10,
            6
          )
        ),
        b.map((x) => x * sizeB),
        { damping: damping * sizeA }
      )
    for (const damping of [0, 0.5]) {
      const { x, residual } = solved(1, 1, damping)
      for (const [sizeA, sizeB] of [
        [1, 2 ** -1000],
        [1, 2 ** 1000],
        [2 ** -700, 2 ** -800],
        [2 ** 700, 2 ** 600]
      ] as const) {
        const found = solved(sizeA, sizeB, damping)
        assert.isBelow(
          largestDifference(
            found.x.map((element) => element * (sizeA / sizeB)),
            x
          ),
          1e-12
        )
        assert.closeTo(found.residual, residual, 1e-12)
      }
    }
  })

  it("is not misled by rows of differences about the size of a matrix", () => {
    const a = fromDense(Float64Array.of(1, -1, 0, 0, 1, -1, 1e-200, 0, 0), 3, 3)
    assert.isBelow(largestDifference(lsmr(rectangular(a), Float64Array.of(1, 1, 0)).x, [1, 0, -1]), 1e-12)
  })

  it("finds the shortest of several solutions", () => {
    const a = fromDense(Float64Array.of(1, 1, 1, 0, 1, 1), 2, 3)
    // x = Aᵀ (A Aᵀ)⁻¹ b.
    const { x } = lsmr(rectangular(a), Float64Array.of(3, 1))
    assert.isBelow(largestDifference(x, [2, 0.5, 0.5]), 1e-12)
    assert.deepStrictEqual([...lsmr(rectangular(a), new Float64Array(2)).x], [0, 0, 0])
  })

  it("says what kept it from its end", () => {
    const a = product(laplacian(40), laplacian(40))
    const error = failure(() => lsmr(rectangular(a), dice("cap").normals(40), { maxIterations: 2 }))
    assert.deepStrictEqual([error.obstacle, error.solution.iterations], ["iterations", 2])
    assert.strictEqual(
      failure(() => lsmr(rectangular(a), new Float64Array(40).fill(Number.NaN))).obstacle,
      "not finite"
    )
    assert.throws(() => lsmr(rectangular(a), new Float64Array(3)), RangeError, "b has 3 elements")
  })
})

describe("lanczos", () => {
  it.each(["largest", "smallest"] as const)(
    "finds the %s eigenvalues of the discrete Laplacian, with their vectors",
    (which) => {
      const [n, count] = [120, 4]
      const a = laplacian(n)
      const { values, vectors } = lanczos(operator(a), n, count, { which })
      for (let k = 0; k < count; k++) {
        const index = which === "smallest" ? k + 1 : n - k
        assert.closeTo(values[k]!, 2 - 2 * Math.cos((Math.PI * index) / (n + 1)), 1e-12)
        const vector = vectors.slice(k * n, (k + 1) * n)
        assert.closeTo(length(vector), 1, 1e-13)
        const image = timesVector(a, vector)
        assert.isBelow(length(image.map((value, i) => value - values[k]! * vector[i]!)), 1e-9)
      }
    }
  )

  it("has all eigenvalues of small matrices, also of such as have an invariant space", () => {
    const random = dice("lanczos")
    for (let n = 1; n < 12; n++) {
      const a = randomDefinite(random, n, 0.3)
      const { values } = lanczos(operator(a), n, n)
      const trace = values.reduce((sum, value) => sum + value, 0)
      let expected = 0
      for (let i = 0; i < n; i++)
        for (let p = a.starts[i]!; p < a.starts[i + 1]!; p++) if (a.indices[p] === i) expected += a.values[p]!
      assert.closeTo(trace, expected, 1e-12 * expected)
    }
    assert.isBelow(largestDifference(lanczos(operator(identity(5)), 5, 3).values, [1, 1, 1]), 1e-14)
    assert.deepStrictEqual([...lanczos(operator(add(identity(3), identity(3), 1, -1)), 3, 1).values], [0])
  })

  it("says how many it has found", () => {
    try {
      lanczos(operator(laplacian(400)), 400, 3, { which: "smallest", maxProducts: 30 })
      assert.fail("it came to its end")
    } catch (error) {
      assert(error instanceof NoEigenpairs)
      assert.isBelow(error.found, 3)
      assert.isAbove(error.residual, 1e-10)
    }
    assert.throws(() => lanczos(operator(diagonalMatrix(Float64Array.of(1, Number.NaN))), 2, 1), NoEigenpairs)
    assert.throws(() => lanczos(operator(identity(2)), 2, 3), RangeError, "does not have 3")
  })

  it("is symmetric in what it is given and its transpose", () => {
    const a = laplacian2d(6)
    assert.deepStrictEqual(lanczos(operator(a), 36, 2), lanczos(operator(transpose(a)), 36, 2))
  })
})

describe("sparse solvers", () => {
  it("give the same bits on every machine", () => {
    const a = laplacian2d(7)
    const flow = add(a, fromTriplets(49, 49, [3, 20], [40, 2], [0.7, -0.4]))
    const b = dice("golden").normals(49)
    const parts = [
      Ldlt.solve(Ldlt.factor(a), b),
      Lu.solve(Lu.factor(flow), b),
      conjugateGradients(operator(a), b, { precondition: incompleteCholesky(a) }).x,
      minres(operator(a), b).x,
      gmres(operator(flow), b).x,
      biCgStab(operator(flow), b).x,
      lsmr(rectangular(flow), b).x
    ]
    const hash = createHash("sha256")
    for (const part of parts) hash.update(new Uint8Array(part.buffer))
    assert.strictEqual(hash.digest("hex"), "b46b1ce361b75df6acc2e12c1653c667d4cfdaeb1f55f27382c97a3fe8c37a03")
  })
})
