import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { polar } from "../../../../stages/math/linear/Polar.ts"
import { squareRoot, symmetricFunction } from "../../../../stages/math/linear/SymmetricFunction.ts"
import { fromOrthonormal } from "./decomposed.ts"
import { definite, distance, hilbert, random, tabulate } from "./matrices.ts"
import { symmetric } from "./spectra.ts"

describe("polar", () => {
  it.each([
    [30, 30],
    [50, 20],
    [1, 1],
    [7, 1]
  ])("is an orthonormal factor and the square root of AᵀA, for %i × %i", (m, n) => {
    const a = random(m, n, "polar")
    const { u, h } = polar(a, m, n)
    assert.isBelow(distance(multiply(u, h, m, n, n), a), 60)
    const columns = tabulate(n, m, (i, j) => u[j * n + i]!)
    assert.isBelow(fromOrthonormal(columns, n, m), 60)
    assert.isBelow(distance(multiply(h, h, n, n, n), multiply(a, a, n, n, m, { transposeA: true })), 100)
    assert.isBelow(distance(squareRoot(multiply(h, h, n, n, n), n), h), 1e4)
  })

  it("leaves a rotation as it is, and refuses what has no such factor", () => {
    const rotation = Float64Array.of(0.6, -0.8, 0.8, 0.6)
    const { u, h } = polar(rotation, 2, 2)
    assert.isBelow(distance(u, rotation), 4)
    assert.isBelow(distance(h, Float64Array.of(1, 0, 0, 1)), 4)
    assert.throws(() => polar(rotation, 1, 4), RangeError, "1×4")
    assert.throws(() => polar(rotation.with(2, Number.NaN), 2, 2), NotFinite)
    assert.strictEqual(polar(new Float64Array(0), 3, 0).u.length, 0)
  })
})

describe("symmetricFunction", () => {
  it("takes roots that multiply to the matrix, of singular ones too", () => {
    for (const [n, a] of [
      [40, definite(40, "root")],
      [70, definite(70, "root")],
      [12, hilbert(12)],
      [9, new Float64Array(81).fill(1)],
      [3, new Float64Array(9)]
    ] as const) {
      const root = squareRoot(a, n)
      assert.isBelow(distance(multiply(root, root, n, n, n), a), 60)
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) assert.strictEqual(root[i * n + j], root[j * n + i])
    }
    assert.throws(() => squareRoot(Float64Array.of(1, 2, 2, 1), 2), RangeError, "not positive semidefinite")
  })

  it("inverts, and refuses where there is no value", () => {
    const a = symmetric(20, "inverse")
    const inverse = symmetricFunction(a, 20, (value) => 1 / value)
    const unit = tabulate(20, 20, (i, j) => (i === j ? 1 : 0))
    assert.isBelow(distance(multiply(a, inverse, 20, 20, 20), unit), 1e4)
    assert.throws(() => symmetricFunction(new Float64Array(4), 2, (value) => 1 / value), RangeError, "eigenvalue 0")
    assert.strictEqual(symmetricFunction(new Float64Array(0), 0, (value) => value).length, 0)
  })
})
