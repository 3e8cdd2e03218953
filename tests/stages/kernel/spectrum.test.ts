import { assert, describe, it } from "@effect/vitest"
import { applyTo, learned, spectrumOf } from "../../../stages/kernel/spectrum.ts"
import { exp } from "../../../stages/math/Elementary.ts"
import { multiply } from "../../../stages/math/Gemm.ts"
import { ANGLES, difference, normals } from "../arrays.ts"
import { reals } from "../reals.ts"
import { limitOnCircle } from "./kernels.ts"

const N = ANGLES.length
const KERNEL = limitOnCircle(ANGLES).kernel.data
const spectrum = spectrumOf(KERNEL, N)
const Y = normals("spectrum", N).data

describe("applyTo", () => {
  it("multiplies by K/N for the identity, and by nothing for 1", () => {
    const product = multiply(KERNEL, Y, N, 1, N).map((value) => value / N)
    assert.isBelow(
      difference(
        applyTo(spectrum, (x) => x, Y),
        product
      ),
      1e-15
    )
    assert.isBelow(
      difference(
        applyTo(spectrum, () => 1, Y),
        Y
      ),
      1e-14
    )
  })

  it("inverts K/N", () => {
    const back = applyTo(
      spectrum,
      (x) => x,
      applyTo(spectrum, (x) => 1 / x, Y)
    )
    // The condition of the kernel is about 2e2.
    assert.isBelow(difference(back, Y), 1e-12)
  })

  it.prop("turns products of functions into one after the other", { a: reals(-3, 3) }, ({ a }) => {
    const together = applyTo(spectrum, (x) => Math.exp(a * x) * (a + x), Y)
    const inTurn = applyTo(
      spectrum,
      (x) => Math.exp(a * x),
      applyTo(spectrum, (x) => a + x, Y)
    )
    assert.isBelow(difference(together, inTurn), 1e-13)
  })
})

describe("spectrumOf", () => {
  it.prop("scales with the kernel, and keeps its functions", { factor: reals(0.01, 100) }, ({ factor }) => {
    const { values, vectors } = spectrumOf(
      KERNEL.map((element) => factor * element),
      N
    )
    assert.isBelow(
      difference(
        values,
        spectrum.values.map((value) => factor * value)
      ),
      1e-14 * factor
    )
    assert.isBelow(difference(vectors, spectrum.vectors), 1e-11)
  })
})

describe("learned", () => {
  it.each([0.1, 7, 1e4])(
    "is (1 − e^(−tλ)) / (Nλ) to ten digits, also where the difference loses them, at time %d",
    (time) => {
      for (let exponent = -14; exponent <= 2; exponent += 0.125) {
        const lambda = 10 ** exponent / time
        const exact = -Math.expm1(-time * lambda) / (5 * lambda)
        // At tλ = 1e-5, where the formula takes over, 1 − e^(−tλ) has lost five of sixteen digits.
        assert.closeTo(learned(time, 5, exp)(lambda) / exact, 1, 3e-11, `tλ = 1e${exponent}`)
      }
    }
  )

  it("grows with time from nothing, linearly where the eigenvalue vanishes, to the inverse", () => {
    assert.strictEqual(learned(0, 4, exp)(0.3), 0)
    assert.strictEqual(learned(20, 4, exp)(0), 5)
    assert.strictEqual(learned(Number.POSITIVE_INFINITY, 4, exp)(0.5), 0.5)
    const times = [0, 0.1, 1, 10, 100, Number.POSITIVE_INFINITY]
    const gains = times.map((time) => learned(time, 4, exp)(0.3))
    for (const [index, gain] of gains.slice(1).entries()) assert.isAbove(gain, gains[index]!)
  })
})
