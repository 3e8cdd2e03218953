import { assert, describe, it } from "vitest"
import * as Cholesky from "../../../../stages/math/linear/Cholesky.ts"
import {
  downdated,
  downdateInPlace,
  NoDowndate,
  updated,
  updateInPlace
} from "../../../../stages/math/linear/CholeskyUpdate.ts"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { NotFinite } from "../../../../stages/math/linear/NotFinite.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { blockOf, definite, digest, distance, isUntouched, random, tabulate, workspace } from "./matrices.ts"

const gram = (l: Float64Array, n: number): Float64Array => multiply(l, l, n, n, n, { transposeB: true })

const changed = (a: Float64Array, n: number, x: Float64Array, sign: number): Float64Array =>
  tabulate(n, n, (i, j) => a[i * n + j]! + sign * x[i]! * x[j]!)

describe("updates and downdates", () => {
  it("give the factors of what they change for two hundred random shapes, in blocks as in arrays", () => {
    const draws = stream(14, "update shapes")
    for (let round = 0; round < 200; round++) {
      const n = draws.integers(1, 30)[0]!
      const [a, x] = [definite(n, `update ${n}`), draws.normals(n)]
      const l = Cholesky.factor(a, n)
      const more = updated(l, n, x)
      assert.isBelow(distance(gram(more, n), changed(a, n, x, 1)), 8, `update of order ${n}`)
      const less = downdated(more, n, x)
      assert.isBelow(distance(gram(less, n), a), 10, `downdate of order ${n}`)
      for (let i = 0; i < n; i++) assert.isAbove(less[i * (n + 1)]!, 0)
      const { whole, block } = blockOf(workspace(), n, n, l)
      updateInPlace(block, x)
      assert.deepStrictEqual(block.toFloat64(), more)
      downdateInPlace(block, x)
      assert.deepStrictEqual(block.toFloat64(), less)
      assert.isTrue(isUntouched(whole))
    }
  })

  it("come back after a thousand steps", () => {
    const n = 20
    const a = definite(n, "many")
    let l = Cholesky.factor(a, n)
    const xs = Array.from({ length: 500 }, (_, i) => random(n, 1, `step ${i}`))
    for (const x of xs) l = updated(l, n, x)
    for (const x of xs) l = downdated(l, n, x)
    assert.isBelow(distance(gram(l, n), a), 1000)
  })

  it("take off nearly all that is there", () => {
    // x = (1 − δ) L e₁: what is left of the first pivot squared is 2δ, known to ε.
    const l = Cholesky.factor(definite(9, "nearly"), 9)
    const x = Float64Array.from({ length: 9 }, (_, i) => l[i * 9]! * (1 - 2 ** -30))
    const left = downdated(l, 9, x)
    assert.closeTo(left[0]! / (l[0]! * Math.sqrt(2 ** -29 - 2 ** -60)), 1, 1e-6)
    assert.isBelow(distance(gram(left, 9), changed(gram(l, 9), 9, x, -1), 30), 4)
  })

  it("refuse to take off more than is there, and leave the factor as it was", () => {
    const l = Float64Array.of(2, 0, 1, 3)
    const { block } = blockOf(workspace(), 2, 2, l)
    assert.throws(() => downdateInPlace(block, Float64Array.of(4, 0)), NoDowndate, /xᵀ A⁻¹ x is -3\.4/u)
    assert.deepStrictEqual(block.toFloat64(), l)
    // Exactly singular afterwards.
    assert.throws(() => downdated(l, 2, Float64Array.of(2, 1)), NoDowndate, /is 0$/u)
  })

  it("refuse what is not finite and what has another length, and take what is empty and what is zero", () => {
    const l = Float64Array.of(2, 0, 1, 3)
    assert.throws(() => updated(l, 2, Float64Array.of(0, Number.NaN)), NotFinite, "element (1, 0) is NaN")
    assert.throws(() => downdated(l, 2, Float64Array.of(1)), /x has 1 elements, and L order 2/u)
    assert.deepStrictEqual(updated(new Float64Array(0), 0, new Float64Array(0)), new Float64Array(0))
    assert.deepStrictEqual(updated(l, 2, new Float64Array(2)), l)
    assert.deepStrictEqual(downdated(l, 2, new Float64Array(2)), l)
  })

  it("neither overflow nor vanish", () => {
    assert.closeTo(updated(Float64Array.of(3e200), 1, Float64Array.of(4e200))[0]! / 5e200, 1, 1e-15)
    assert.closeTo(updated(Float64Array.of(3e-200), 1, Float64Array.of(4e-200))[0]! / 5e-200, 1, 1e-15)
  })

  it("give the same bits on every machine", () => {
    const l = Cholesky.factor(definite(40, "golden"), 40)
    const more = updated(l, 40, random(40, 1, "x"))
    assert.strictEqual(
      digest(more, downdated(more, 40, random(40, 1, "x"))),
      "bde23c5912e96bef9d4a8e20a95c159e53a85029cc1db682b4e5cdb98134370a"
    )
  })
})
