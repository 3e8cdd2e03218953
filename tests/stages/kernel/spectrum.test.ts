import { assert, describe, it } from "@effect/vitest"
import { applyTo, roundOff, spectrumOf } from "../../../stages/kernel/spectrum.ts"
import { multiply } from "../../../stages/math/linear/Gemm.ts"
import { reals } from "../../reals.ts"
import { ANGLES, difference, normals } from "../arrays.ts"
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

describe("roundOff", () => {
  it("bounds the eigenvalues of a singular kernel that should be 0", () => {
    const twice = limitOnCircle([...ANGLES, ...ANGLES]).kernel.data
    const { values } = spectrumOf(twice, 2 * N)
    for (const value of values.subarray(N)) assert.isAtMost(Math.abs(value), roundOff(values[0]!, 2 * N))
    assert.isAbove(values[N - 1]!, roundOff(values[0]!, 2 * N))
  })
})
