import { assert, describe, it } from "@effect/vitest"
import { activation } from "../../../stages/ntk/Activation.ts"
import { type DualOf, quadratureDual } from "../../../stages/ntk/Dual.ts"
import { reals } from "../../reals.ts"

/** Variances and a correlation. */
const Pair = { p: reals(0.01, 16), q: reals(0.01, 16), rho: reals(-1, 1) }

/** Up to 258² nodes a dual. */
const RUNS = { arbitrary: { runs: 30 } }

/** E f(X) for X ~ N(0, variance), by the trapezoidal rule with steps so fine that it is exact to round-off. */
const expectation = (f: (x: number) => number, variance: number): number => {
  const h = 0.004
  let sum = 0
  for (let i = -2500; i <= 2500; i++) {
    sum += (h * Math.exp(-((i * h) ** 2) / 2) * f(Math.sqrt(variance) * i * h)) / Math.sqrt(2 * Math.PI)
  }
  return sum
}

/** Both expectations over a pair, by the trapezoidal rule on both axes. */
const fineDual =
  (value: (x: number) => number, slope: (x: number) => number): DualOf =>
  (p, q, r) => {
    const along = r / Math.sqrt(p)
    const across = Math.sqrt(Math.max(0, q - along * along))
    const sum = { value: 0, slope: 0 }
    const h = 0.05
    for (let i = -170; i <= 170; i++) {
      for (let j = -170; j <= 170; j++) {
        const [x, y] = [i * h, j * h]
        const weight = (h * h * Math.exp(-(x * x + y * y) / 2)) / (2 * Math.PI)
        const [u, v] = [Math.sqrt(p) * x, along * x + across * y]
        sum.value += weight * value(u) * value(v)
        sum.slope += weight * slope(u) * slope(v)
      }
    }
    return sum
  }

describe("quadratureDual", () => {
  describe.each(["tanh", "sigmoid", "softplus", "gelu"] as const)("of %s", (name) => {
    const { value, slope, dual } = activation(name)

    it.each([0, 0.01, 0.3, 0.5, 0.51, 1, 2, 3, 4, 8, 16])(
      "is exact to 1e-10 where a pair of variance %d is one",
      (p) => {
        const found = dual(p, p, p)
        assert.closeTo(
          found.value,
          expectation((x) => value(x) ** 2, p),
          1e-10
        )
        assert.closeTo(
          found.slope,
          expectation((x) => slope(x) ** 2, p),
          1e-10
        )
      }
    )

    it.each([
      [1, 1, 0.5],
      [4, 1, 0.9],
      [4, 4, -0.95],
      [0.2, 4, 0.3],
      [3.9, 4.1, 0.999],
      [4, 4, -1],
      [16, 0.3, 0]
    ])("is exact to 1e-10 for variances %d and %d at correlation %d", (p, q, rho) => {
      const r = rho * Math.sqrt(p * q)
      const [found, exact] = [dual(p, q, r), fineDual(value, slope)(p, q, r)]
      assert.closeTo(found.value, exact.value, 1e-10)
      assert.closeTo(found.slope, exact.slope, 1e-10)
    })
  })

  it.each([
    [32, 1e-8],
    [100, 1e-4]
  ])("loses digits for tanh beyond variances of 16: at %d it is exact to %d", (p, accuracy) => {
    const { value, slope, dual } = activation("tanh")
    const found = dual(p, p, p)
    assert.closeTo(
      found.value,
      expectation((x) => value(x) ** 2, p),
      accuracy
    )
    assert.closeTo(
      found.slope,
      expectation((x) => slope(x) ** 2, p),
      accuracy
    )
  })

  it.prop(
    "agrees with the closed forms that sin, erf and the identity have",
    Pair,
    ({ p, q, rho }) => {
      const r = rho * Math.sqrt(p * q)
      for (const name of ["sin", "erf", "identity"] as const) {
        const { value, slope, dual } = activation(name)
        const [found, exact] = [quadratureDual(value, slope)(p, q, r), dual(p, q, r)]
        assert.closeTo(found.value, exact.value, 1e-12 * (1 + p + q), name)
        assert.closeTo(found.slope, exact.slope, 1e-12, name)
      }
    },
    RUNS
  )

  it.prop(
    "takes any activation: a polynomial has the moments of a Gaussian pair",
    Pair,
    ({ p, q, rho }) => {
      const r = rho * Math.sqrt(p * q)
      const cube = quadratureDual(
        (x) => x ** 3,
        (x) => 3 * x * x
      )(p, q, r)
      // Isserlis: E u³v³ = 9 pqr + 6 r³ and E u²v² = pq + 2r².
      assert.closeTo(cube.value, 9 * p * q * r + 6 * r ** 3, 1e-12 * 15 * (p * q) ** 1.5 + 1e-15)
      assert.closeTo(cube.slope, 9 * (p * q + 2 * r * r), 1e-12 * 27 * p * q)
    },
    RUNS
  )

  it("comes near the closed form of ReLU too, at the pace of a kink and a jump", () => {
    const { value, slope, dual } = activation("relu")
    const [found, exact] = [quadratureDual(value, slope)(1, 1, 0.5), dual(1, 1, 0.5)]
    assert.closeTo(found.value, exact.value, 1e-2)
    assert.closeTo(found.slope, exact.slope, 1e-1)
  })
})

describe("the dual of sin", () => {
  it.prop("is e^(−(p+q)/2) sinh r, and cosh r for slopes", Pair, ({ p, q, rho }) => {
    const r = rho * Math.sqrt(p * q)
    const found = activation("sin").dual(p, q, r)
    assert.closeTo(found.value, Math.exp(-(p + q) / 2) * Math.sinh(r), 1e-15)
    assert.closeTo(found.slope, Math.exp(-(p + q) / 2) * Math.cosh(r), 1e-15)
  })

  it("does not overflow for large variances", () => {
    assert.closeTo(activation("sin").dual(1e4, 1e4, 1e4).value, 0.5, 1e-15)
  })
})
