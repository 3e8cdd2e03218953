/** Special functions against tabulated values, and the identities that they satisfy. */
import { assert, describe, it } from "vitest"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { atan, atan2 } from "../../../../stages/math/special/Arctangent.ts"
import * as Bessel from "../../../../stages/math/special/Bessel.ts"
import * as Elementary from "../../../../stages/math/special/Elementary.ts"
import * as Exponential from "../../../../stages/math/special/Exponential.ts"
import { digamma, gamma, logBeta, logGamma } from "../../../../stages/math/special/Gamma.ts"
import { incompleteBeta, inverseIncompleteBeta } from "../../../../stages/math/special/IncompleteBeta.ts"
import { incompleteGamma } from "../../../../stages/math/special/IncompleteGamma.ts"
import { inverseErf, inverseErfc } from "../../../../stages/math/special/InverseErrorFunction.ts"
import { inverseIncompleteGamma } from "../../../../stages/math/special/InverseIncompleteGamma.ts"
import { lambertW, lambertWMinus1 } from "../../../../stages/math/special/LambertW.ts"
import { cbrt, pow } from "../../../../stages/math/special/Power.ts"
import { REFERENCE } from "./reference.ts"

const EPSILON = Number.EPSILON

const ulp = (x: number): number => 2 ** (Math.floor(Math.log2(Math.abs(x))) - 52)

const isClose = (found: number, expected: number, relative: number, place: string): void =>
  assert.isAtMost(Math.abs(found - expected), relative * Math.abs(expected), place)

/** Random points of an interval. */
const points = (from: number, to: number, count = 4000): Float64Array =>
  stream(1, `special ${from} ${to}`)
    .uniforms(count)
    .map((u) => from + u * (to - from))

describe("elementary functions", () => {
  it.each([
    ["expm1", Exponential.expm1, Math.expm1, -1, 1],
    ["expm1", Exponential.expm1, Math.expm1, -45, 45],
    ["expm1", Exponential.expm1, Math.expm1, -1e-7, 1e-7],
    ["log1p", Exponential.log1p, Math.log1p, -0.999, 2],
    ["log1p", Exponential.log1p, Math.log1p, -1e-7, 1e-7],
    ["sinh", Exponential.sinh, Math.sinh, -2, 2],
    ["sinh", Exponential.sinh, Math.sinh, -710, 710],
    ["cosh", Exponential.cosh, Math.cosh, -30, 30],
    ["atan", atan, Math.atan, -5, 5],
    ["atan", atan, Math.atan, 1e3, 1e5],
    ["cbrt", cbrt, Math.cbrt, -1e3, 1e3],
    ["x^2.7", (x: number) => pow(x, 2.7), (x: number) => x ** 2.7, 0, 100],
    ["x^-103.1", (x: number) => pow(x, -103.1), (x: number) => x ** -103.1, 0.01, 100],
    ["1.3^x", (x: number) => pow(1.3, x), (x: number) => 1.3 ** x, -2000, 2000]
  ] as const)("have %s within three units in the last place", (_, ours, theirs, from, to) => {
    for (const x of points(from, to)) {
      const expected = theirs(x)
      assert.isAtMost(Math.abs(ours(x) - expected), 3 * ulp(expected), `at ${x}`)
    }
  })

  const odd = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1e308, -1e308, 5e-324, -5e-324, 1e-310, Infinity, -Infinity, NaN]
  const agrees = (found: number, expected: number, place: string): void =>
    assert.isTrue(Object.is(found, expected) || Math.abs(found - expected) <= 2 * ulp(expected), `${place}: ${found}`)

  it("treat zeros, infinities, subnormal numbers and NaN as the language does", () => {
    for (const x of odd) {
      agrees(Exponential.expm1(x), Math.expm1(x), `expm1 ${x}`)
      agrees(Exponential.log1p(x), Math.log1p(x), `log1p ${x}`)
      agrees(Exponential.sinh(x), Math.sinh(x), `sinh ${x}`)
      agrees(Exponential.cosh(x), Math.cosh(x), `cosh ${x}`)
      agrees(atan(x), Math.atan(x), `atan ${x}`)
      agrees(cbrt(x), Math.cbrt(x), `cbrt ${x}`)
      for (const y of odd) {
        agrees(pow(x, y), x ** y, `${x} to the ${y}`)
        agrees(atan2(x, y), Math.atan2(x, y), `atan2 ${x} ${y}`)
      }
    }
  })

  it("have the angle of every direction", () => {
    for (const angle of points(-3.14, 3.14, 500)) {
      const [x, y] = [Math.cos(angle), Math.sin(angle)]
      isClose(atan2(y, x), Math.atan2(y, x), 2 * EPSILON, `${angle}`)
    }
  })

  it("have whole powers exactly where they are numbers", () => {
    for (let n = 0; n <= 22; n++) assert.strictEqual(pow(10, n), Number(`1e${n}`))
    assert.strictEqual(pow(2, -1074), Number.MIN_VALUE)
    assert.strictEqual(pow(-3, 3), -27)
    assert.strictEqual(cbrt(-27), -3)
  })
})

describe("softplus, sigmoid and logSumExp", () => {
  it("do not leave the range", () => {
    assert.strictEqual(Exponential.softplus(1000), 1000)
    assert.strictEqual(Exponential.softplus(-1000), 0)
    assert.strictEqual(Exponential.sigmoid(1000), 1)
    assert.isAbove(Exponential.sigmoid(-700), 0)
    assert.strictEqual(Exponential.logSumExp([1000, 1000]), 1000 + Elementary.log(2))
    assert.strictEqual(Exponential.logSumExp([]), Number.NEGATIVE_INFINITY)
    assert.strictEqual(Exponential.logSumExp([Infinity, 1]), Infinity)
    assert.isNaN(Exponential.logSumExp([0, NaN]))
  })

  it("fit one another: softplus(x) − softplus(−x) = x, sigmoid(x) + sigmoid(−x) = 1", () => {
    for (const x of points(-30, 30, 500)) {
      const { softplus, sigmoid, logSumExp } = Exponential
      assert.closeTo(softplus(x) - softplus(-x), x, 8 * EPSILON * Math.abs(x))
      assert.closeTo(sigmoid(x) + sigmoid(-x), 1, EPSILON)
      assert.closeTo(logSumExp([0, x]), softplus(x), 4 * EPSILON * Math.max(1, softplus(x)))
    }
  })
})

describe("the gamma function and its kin", () => {
  it("have the tabulated values", () => {
    for (const [x, value] of REFERENCE.gamma) isClose(gamma(x), value, 8 * EPSILON, `Γ(${x})`)
    for (const [x, value] of REFERENCE.logGamma) {
      if (x > 0) isClose(logGamma(x), value, 4 * EPSILON, `ln Γ(${x})`)
      else assert.closeTo(logGamma(x), value, 4 * EPSILON * Math.max(1, Math.abs(value)), `ln |Γ(${x})|`)
    }
    for (const [x, value] of REFERENCE.digamma) {
      assert.closeTo(digamma(x), value, 4 * EPSILON * Math.max(1, Math.abs(value)), `ψ(${x})`)
    }
    for (const [a, b, value] of REFERENCE.logBeta) isClose(logBeta(a, b), value, 8 * EPSILON, `ln B(${a}, ${b})`)
  })

  it("have factorials, exactly up to 22!, and their logarithms", () => {
    let factorial = 1
    for (let n = 1; n <= 170; n++) {
      factorial *= n
      if (n <= 22) assert.strictEqual(gamma(n + 1), factorial)
      isClose(gamma(n + 1), factorial, 1e-14, `${n}!`)
      isClose(logGamma(n + 1), Math.log(factorial), n === 1 ? 0 : 1e-14, `ln ${n}!`)
    }
  })

  it("satisfy the recurrence, the reflection and the duplication", () => {
    for (const point of points(0.01, 30, 500)) {
      // So short that x + 1 is not rounded: Γ would not forgive it.
      const x = Math.fround(point)
      isClose(gamma(x + 1), x * gamma(x), 16 * EPSILON, `recurrence ${x}`)
      assert.closeTo(digamma(x + 1), digamma(x) + 1 / x, 16 * EPSILON * Math.max(4, 1 / x))
      const double = logGamma(x) + logGamma(x + 0.5) + (2 * x - 1) * Math.LN2 - Math.log(Math.PI) / 2
      assert.closeTo(logGamma(2 * x), double, 32 * EPSILON * Math.max(4, Math.abs(double)))
    }
    for (const x of points(0.01, 0.99, 200)) {
      isClose(gamma(x) * gamma(1 - x), Math.PI / Math.sin(Math.PI * x), 16 * EPSILON, `reflection ${x}`)
    }
  })

  it("end where they have poles, and where the range does", () => {
    assert.deepStrictEqual(
      [gamma(0), gamma(-0), gamma(172), gamma(Infinity)],
      [Infinity, -Infinity, Infinity, Infinity]
    )
    assert.deepStrictEqual([logGamma(0), logGamma(-3), logGamma(Infinity)], [Infinity, Infinity, Infinity])
    for (const x of [gamma(-1), gamma(NaN), gamma(-Infinity), logGamma(NaN), digamma(0), digamma(-2), logBeta(0, 1)]) {
      assert.isNaN(x)
    }
  })
})

describe("the incomplete gamma function", () => {
  it("has the tabulated values, of the smaller tail to the last digits", () => {
    for (const [a, x, lower, upper] of REFERENCE.gammainc) {
      const found = incompleteGamma(a, x)
      isClose(found.lower, lower, 1e-14, `P(${a}, ${x})`)
      isClose(found.upper, upper, 1e-14, `Q(${a}, ${x})`)
    }
  })

  it("is 1 − e^(−x) for a = 1, and erf √x for a = ½", () => {
    for (const x of points(0, 20, 300)) {
      isClose(incompleteGamma(1, x).lower, -Math.expm1(-x), 8 * EPSILON, `a = 1, ${x}`)
      isClose(incompleteGamma(0.5, x).upper, Elementary.erfc(Math.sqrt(x)), 1e-12, `a = ½, ${x}`)
    }
  })

  it("has an inverse, in the middle and in both tails", () => {
    for (const a of [0.05, 0.5, 1, 3, 20, 500]) {
      for (const p of [1e-10, 1e-3, 0.2, 0.5, 0.9, 0.999]) {
        const x = inverseIncompleteGamma(a, p)
        if (x > 1e-300) isClose(incompleteGamma(a, x).lower, p, 1e-12, `a = ${a}, p = ${p}`)
      }
    }
  })

  it("has values at the ends, and none beyond", () => {
    assert.deepStrictEqual(incompleteGamma(2, 0), { lower: 0, upper: 1 })
    assert.deepStrictEqual(incompleteGamma(2, Infinity), { lower: 1, upper: 0 })
    assert.deepStrictEqual(incompleteGamma(2, -1), { lower: 0, upper: 1 })
    assert.isNaN(incompleteGamma(0, 1).lower)
    assert.isNaN(incompleteGamma(2, NaN).upper)
    assert.deepStrictEqual([inverseIncompleteGamma(2, 0), inverseIncompleteGamma(2, 1)], [0, Infinity])
    assert.isNaN(inverseIncompleteGamma(2, 1.5))
  })
})

describe("the incomplete beta function", () => {
  it("has the tabulated values", () => {
    for (const [a, b, x, value] of REFERENCE.betainc) isClose(incompleteBeta(a, b, x), value, 1e-13, `${a} ${b} ${x}`)
  })

  it("mirrors: I_x(a, b) = 1 − I_(1−x)(b, a), and is a power for b = 1", () => {
    for (const x of points(0.001, 0.999, 200)) {
      assert.closeTo(incompleteBeta(2.5, 7, x), 1 - incompleteBeta(7, 2.5, 1 - x), 1e-14)
      isClose(incompleteBeta(3.3, 1, x), x ** 3.3, 1e-13, `${x}`)
    }
  })

  it("has an inverse", () => {
    for (const [a, b] of [
      [0.5, 0.5],
      [1, 1],
      [0.05, 3],
      [2, 30],
      [200, 100]
    ] as const) {
      for (const p of [1e-10, 0.01, 0.3, 0.5, 0.8, 0.999]) {
        const x = inverseIncompleteBeta(a, b, p)
        if (x > 1e-300 && x < 1) isClose(incompleteBeta(a, b, x), p, 1e-11, `${a} ${b} ${p}`)
      }
    }
  })

  it("has values at the ends, and none beyond", () => {
    assert.deepStrictEqual([incompleteBeta(2, 3, 0), incompleteBeta(2, 3, 1)], [0, 1])
    assert.deepStrictEqual([inverseIncompleteBeta(2, 3, 0), inverseIncompleteBeta(2, 3, 1)], [0, 1])
    for (const x of [incompleteBeta(0, 1, 0.5), incompleteBeta(1, 1, 2), incompleteBeta(1, NaN, 0.5)]) assert.isNaN(x)
  })
})

describe("Bessel functions", () => {
  it("have the tabulated values", () => {
    for (const [x, zero, one] of REFERENCE.j) {
      assert.closeTo(Bessel.besselJ0(x), zero, 4 * EPSILON, `J₀(${x})`)
      assert.closeTo(Bessel.besselJ1(x), one, 4 * EPSILON, `J₁(${x})`)
    }
    for (const [x, zero, one] of REFERENCE.i) {
      isClose(Bessel.besselI(0, x), zero, 8 * EPSILON, `I₀(${x})`)
      isClose(Bessel.besselI(1, x), one, 8 * EPSILON, `I₁(${x})`)
    }
    for (const [order, x, value] of REFERENCE.k)
      isClose(Bessel.besselK(order, x), value, 10 * EPSILON, `K ${order} ${x}`)
  })

  it("satisfy the relation of Wronski: I₀ K₁ + I₁ K₀ = 1/x", () => {
    for (const x of points(0.01, 400, 300)) {
      const { scaledBesselI, scaledBesselK } = Bessel
      const sum = scaledBesselI(0, x) * scaledBesselK(1, x) + scaledBesselI(1, x) * scaledBesselK(0, x)
      isClose(sum, 1 / x, 20 * EPSILON, `${x}`)
    }
  })

  it("are elementary for K of order ½, and satisfy its recurrence", () => {
    for (const x of points(0.1, 50, 100)) {
      isClose(Bessel.scaledBesselK(0.5, x), Math.sqrt(Math.PI / (2 * x)), 10 * EPSILON, `${x}`)
      const next = Bessel.scaledBesselK(0.7, x) + ((2 * 1.7) / x) * Bessel.scaledBesselK(1.7, x)
      isClose(Bessel.scaledBesselK(2.7, x), next, 20 * EPSILON, `${x}`)
    }
  })

  it("are even or odd, and have ends", () => {
    assert.strictEqual(Bessel.besselJ0(-2), Bessel.besselJ0(2))
    assert.strictEqual(Bessel.besselJ1(-2), -Bessel.besselJ1(2))
    assert.strictEqual(Bessel.besselI(1, -2), -Bessel.besselI(1, 2))
    assert.deepStrictEqual(
      [Bessel.besselJ0(0), Bessel.besselJ1(0), Bessel.besselI(0, 0), Bessel.besselI(1, 0)],
      [1, 0, 1, 0]
    )
    assert.deepStrictEqual(
      [Bessel.besselJ0(Infinity), Bessel.besselI(0, Infinity), Bessel.besselK(1, Infinity)],
      [0, Infinity, 0]
    )
    assert.deepStrictEqual([Bessel.besselK(0, 0), Bessel.besselI(1, -Infinity)], [Infinity, -Infinity])
    for (const x of [Bessel.besselJ0(NaN), Bessel.besselJ1(NaN), Bessel.besselI(0, NaN), Bessel.besselK(0, -1)])
      assert.isNaN(x)
  })
})

describe("inverse functions", () => {
  it("have the tabulated values", () => {
    for (const [x, value] of REFERENCE.w0) isClose(lambertW(x), value, 4 * EPSILON, `W₀(${x})`)
    for (const [x, value] of REFERENCE.w1) isClose(lambertWMinus1(x), value, 4 * EPSILON, `W₋₁(${x})`)
    for (const [y, value] of REFERENCE.erfinv) isClose(inverseErf(y), value, 4 * EPSILON, `erf⁻¹(${y})`)
    for (const [y, value] of REFERENCE.erfcinv) isClose(inverseErfc(y), value, 4 * EPSILON, `erfc⁻¹(${y})`)
  })

  it("undo what they invert", () => {
    for (const w of points(-0.99, 20, 300)) isClose(lambertW(w * Math.exp(w)), w, 1e-13, `W₀ ${w}`)
    for (const w of points(-600, -1.01, 300)) isClose(lambertWMinus1(w * Math.exp(w)), w, 1e-13, `W₋₁ ${w}`)
    for (const y of points(-0.999, 0.999, 300)) isClose(Elementary.erf(inverseErf(y)), y, 4 * EPSILON, `erf ${y}`)
  })

  it("have ends", () => {
    assert.deepStrictEqual([lambertW(0), lambertW(Infinity), lambertWMinus1(0)], [0, Infinity, -Infinity])
    assert.deepStrictEqual(
      [inverseErf(1), inverseErf(-1), inverseErfc(0), inverseErfc(2)],
      [Infinity, -Infinity, Infinity, -Infinity]
    )
    assert.isTrue(Object.is(inverseErf(-0), -0))
    for (const x of [
      lambertW(-1),
      lambertWMinus1(1),
      lambertWMinus1(-1),
      inverseErf(2),
      inverseErfc(-1),
      lambertW(NaN),
      inverseErf(NaN)
    ]) {
      assert.isNaN(x)
    }
  })
})
