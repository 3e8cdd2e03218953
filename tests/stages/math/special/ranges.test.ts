/** Functions far from where they are usually called: at the ends of the range, and of what their methods reach. */
import { assert, describe, it } from "vitest"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { besselJ0 } from "../../../../stages/math/special/Bessel.ts"
import { asin, cos, erfc, sin } from "../../../../stages/math/special/Elementary.ts"
import * as Elementwise from "../../../../stages/math/special/Elementwise.ts"
import { digamma, gamma, logGamma } from "../../../../stages/math/special/Gamma.ts"
import { middle, rule } from "../../../../stages/math/special/GaussHermite.ts"
import { inverseIncompleteBeta } from "../../../../stages/math/special/IncompleteBeta.ts"
import { incompleteGamma } from "../../../../stages/math/special/IncompleteGamma.ts"
import { inverseIncompleteGamma } from "../../../../stages/math/special/InverseIncompleteGamma.ts"
import { lambertW, lambertWMinus1 } from "../../../../stages/math/special/LambertW.ts"
import { normalQuantile } from "../../../../stages/math/special/Statistics.ts"

describe("far from the middle", () => {
  // Of 60 decimals, by mpmath; the last number is the relative error that is allowed.
  it.each<readonly [string, number, number, number]>([
    ["sin 10²²", sin(1e22), -0.8522008497671888, 4e-16],
    ["cos 10²²", cos(1e22), 0.5232147853951389, 4e-16],
    ["sin 10³⁰⁰", sin(1e300), -0.8178819121159085, 4e-16],
    ["cos −10³⁰⁰", cos(-1e300), -0.5753861119575491, 4e-16],
    ["sin of the angle that lies next to a right one", sin(6381956970095103 * 2 ** 797), 1, 0],
    ["its cosine", cos(6381956970095103 * 2 ** 797), -4.6871659242546277e-19, 4e-16],
    ["asin 1", asin(1), Math.PI / 2, 0],
    ["asin −1", asin(-1), -Math.PI / 2, 0],
    ["erfc 11.6", erfc(11.618839416058394), 1.1377052581871094e-60, 2e-15],
    ["Γ(−10⁻²⁰⁰)", gamma(-1e-200), -1e200, 4e-16],
    ["ln |Γ(−10⁻²⁰⁰)|", logGamma(-1e-200), 460.5170185988091, 4e-16],
    ["ψ(−10⁻²⁰⁰)", digamma(-1e-200), 1e200, 4e-16],
    ["J₀(10⁻²⁰)", besselJ0(1e-20), 1, 0],
    ["J₀(10⁻³⁰⁰)", besselJ0(1e-300), 1, 0],
    ["W(10³⁰⁸)", lambertW(1e308), 702.6413620341068, 4e-16],
    ["W of the largest number", lambertW(Number.MAX_VALUE), 703.2270331047702, 4e-16],
    ["W₋₁(−10⁻³²⁰)", lambertWMinus1(-1e-320), -743.4385269728544, 4e-16],
    ["W₋₁ of the smallest number", lambertWMinus1(-5e-324), -751.0615595398791, 4e-16],
    ["P(30, 3·10⁻⁹)", incompleteGamma(30, 3e-9).lower, 7.762070186262238e-289, 2e-12],
    ["the 10⁻³⁰⁰ quantile of Γ₁", inverseIncompleteGamma(1, 1e-300), 1e-300, 2e-13],
    ["that of Γ₃", inverseIncompleteGamma(3, 1e-300), 1.817120592832139e-100, 2e-13],
    ["the 10⁻²⁷⁹ quantile of Γ₆₁₀", inverseIncompleteGamma(610, 1e-279), 91.55039478962227, 2e-13],
    ["the 10⁻³⁰⁰ quantile of Γ₅₀₀₀", inverseIncompleteGamma(5000, 1e-300), 2816.2277249358312, 2e-13],
    ["the 10⁻¹⁰⁰ quantile of B(1000, 1)", inverseIncompleteBeta(1000, 1, 1e-100), 0.7943282347242815, 2e-13],
    ["one below every number", inverseIncompleteBeta(0.01, 1, 1e-10), 0, 0]
  ])("is right: %s", (_, found, expected, error) => {
    assert.isAtMost(Math.abs(found - expected), error * Math.abs(expected))
  })

  it("has sines and cosines on the unit circle for angles of every size, the same one by one and all at once", () => {
    const draws = stream(1, "angles").uniforms(2000)
    const angles = draws.map((u, i) => (i % 2 === 0 ? 1 : -1) * 10 ** (600 * (u - 0.5)))
    const [sines, cosines] = [Elementwise.sin(angles), Elementwise.cos(angles)]
    for (const [i, x] of angles.entries()) {
      assert.deepStrictEqual([sines[i], cosines[i]], [sin(x), cos(x)], `${x}`)
      assert.closeTo(sines[i]! ** 2 + cosines[i]! ** 2, 1, 1e-15, `${x}`)
    }
  })

  it("has limits where there are some", () => {
    assert.deepStrictEqual([erfc(Number.POSITIVE_INFINITY), erfc(Number.NEGATIVE_INFINITY), erfc(28.5)], [0, 2, 0])
    assert.deepStrictEqual([normalQuantile(0), normalQuantile(1)], [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
    for (const x of [Number.POSITIVE_INFINITY, Number.NaN]) {
      assert.isNaN(sin(x))
      assert.isNaN(Elementwise.cos(Float64Array.of(x, 0))[0])
    }
  })

  it.each([0, -1, 1.5, Number.NaN])("has no rule of %d nodes", (n) => {
    assert.throws(() => rule(n), RangeError)
    assert.throws(() => middle(n), RangeError)
  })
})
