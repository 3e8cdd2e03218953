import { assert, describe, it } from "vitest"
import { openLapack } from "../../../core/compute/open-lapack.ts"
import type { Lapack } from "../../../core/stage/Blas.ts"
import { gram, multiply } from "../../../stages/math/linear/Gemm.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { SOME_BLAS } from "../../some-blas.ts"

describe("openLapack", () => {
  it("gives nothing where functions are missing, or compute something else", () => {
    assert.isUndefined(openLapack(() => undefined))
    assert.isUndefined(openLapack(() => () => {}))
  })
})

const lapack: Lapack | undefined = "blas" in SOME_BLAS ? SOME_BLAS.blas.lapack : undefined

const random = (count: number, name: string): Float64Array => stream(21, name).normals(count)

const largest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0)

describe.skipIf(lapack === undefined)("native decompositions", () => {
  const native = lapack!

  it.each([1, 2, 5, 40])("solve positive definite systems of order %d", (n) => {
    const a = gram(random(n * (n + 3), "a"), n, n + 3)
    const x = random(n * 3, "x")
    const found = native.solvePositive(a, n, multiply(a, x, n, 3, n), 3)
    assert.isBelow(largest(found!, x), 1e-9)
  })

  it("find no solution of a system that is not positive definite", () => {
    assert.isUndefined(native.solvePositive(Float64Array.of(1, 2, 2, 1), 2, Float64Array.of(1, 1), 1))
  })

  it.each([1, 2, 5, 40])("find the eigenpairs of symmetric matrices of order %d", (n) => {
    const a = gram(random(n * n, "a"), n, n)
    const { values, vectors } = native.symmetricEigen(a, n)!
    const scaled = vectors.map((x, at) => x * values[Math.floor(at / n)]!)
    assert.isBelow(largest(multiply(vectors, scaled, n, n, n, { transposeA: true }), a), 1e-12 * n)
    assert.isTrue(values.every((x, i) => i === 0 || x >= values[i - 1]!))
  })

  it.each([
    [1, 1],
    [4, 7],
    [7, 4],
    [30, 30]
  ])("find the singular values of a %d×%d matrix", (m, n) => {
    const a = random(m * n, "a")
    const { u, values, vt } = native.svd(a, m, n)!
    const rank = Math.min(m, n)
    const scaled = u.map((x, at) => x * values[at % rank]!)
    assert.isBelow(largest(multiply(scaled, vt, m, n, rank), a), 1e-13 * (m + n))
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("find nothing of a matrix with %d", (x) => {
    const a = Float64Array.of(2, x, x, 2)
    assert.isUndefined(native.solvePositive(a, 2, new Float64Array(2), 1))
    assert.isUndefined(native.symmetricEigen(a, 2))
    assert.isUndefined(native.svd(a, 2, 2))
  })

  it("are defined for empty matrices, and refuse arrays of another length", () => {
    const none = new Float64Array(0)
    assert.deepStrictEqual(native.solvePositive(none, 0, none, 2), none)
    assert.deepStrictEqual(native.symmetricEigen(none, 0), { values: none, vectors: none })
    assert.deepStrictEqual(native.svd(none, 0, 3), { u: none, values: none, vt: none })
    const three = new Float64Array(3)
    assert.throws(() => native.solvePositive(three, 2, three, 1), RangeError, "A has 3 elements, not 2×2")
    assert.throws(() => native.symmetricEigen(three, -3), RangeError, "A has 3 elements, not -3×-3")
    assert.throws(() => native.svd(three, 1.5, 2), RangeError, "A has 3 elements, not 1.5×2")
  })
})
