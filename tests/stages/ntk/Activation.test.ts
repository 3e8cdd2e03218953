import { assert, describe, it } from "@effect/vitest"
import { rule } from "../../../stages/math/GaussHermite.ts"
import { ActivationName, activation } from "../../../stages/ntk/Activation.ts"
import { reals } from "../reals.ts"

/** Two variances and a correlation, away from the ends where duals are not smooth. */
const Pair = { p: reals(0.05, 1), q: reals(0.05, 1), rho: reals(-0.9, 0.9) }

const NAMES = ActivationName.literals

/** tanh has 9216 nodes a dual. */
const RUNS = { arbitrary: { runs: 20 } }

describe.each(NAMES)("activation %s", (name) => {
  const { value, slope, dual } = activation(name)

  it.prop("has the derivative of its values as slopes", { x: reals(-4, 4) }, ({ x }) => {
    const h = 1e-4
    // The three piecewise linear ones have a kink at 0.
    if (Math.abs(x) <= 2 * h) return
    const [far, near] = [value(x + 2 * h) - value(x - 2 * h), value(x + h) - value(x - h)]
    assert.closeTo((8 * near - far) / (12 * h), slope(x), 1e-11)
  })

  it.prop(
    "has a dual that does not change when the pair changes places",
    Pair,
    ({ p, q, rho }) => {
      const r = rho * Math.sqrt(p * q)
      const [one, other] = [dual(p, q, r), dual(q, p, r)]
      // The quadrature runs over the pair in order; it is exact to about 1e-9.
      assert.closeTo(one.value, other.value, 1e-9)
      assert.closeTo(one.slope, other.slope, 1e-9)
    },
    RUNS
  )

  it.prop(
    "has a dual that moves with the covariance at the rate of the dual of slopes: Price's theorem",
    Pair,
    ({ p, q, rho }) => {
      const [r, h] = [rho * Math.sqrt(p * q), 1e-3 * Math.sqrt(p * q)]
      const at = (shift: number): number => dual(p, q, r + shift).value
      const derivative = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
      assert.closeTo(derivative, dual(p, q, r).slope, 1e-7)
    },
    RUNS
  )

  it.prop(
    "obeys the inequality of Cauchy and Schwarz",
    Pair,
    ({ p, q, rho }) => {
      const found = Math.abs(dual(p, q, rho * Math.sqrt(p * q)).value)
      assert.isAtMost(found, Math.sqrt(dual(p, p, p).value * dual(q, q, q).value) * (1 + 1e-12))
    },
    RUNS
  )

  it("agrees with a rule of 180 nodes on each axis, where it is smooth", () => {
    const { nodes, weights } = rule(180)
    const [p, q, r] = [0.9, 0.6, -0.35]
    const [along, across] = [r / Math.sqrt(p), Math.sqrt(q - (r * r) / p)]
    let [values, slopes] = [0, 0]
    for (const [i, x] of nodes.entries()) {
      for (const [j, y] of nodes.entries()) {
        const [u, v] = [Math.sqrt(p) * x, along * x + across * y]
        values += weights[i]! * weights[j]! * value(u) * value(v)
        slopes += weights[i]! * weights[j]! * slope(u) * slope(v)
      }
    }
    const found = dual(p, q, r)
    const isSmooth = name === "identity" || name === "erf" || name === "tanh"
    // Across a kink a rule of n nodes converges as n^(−1), across a jump as n^(−½).
    assert.closeTo(found.value, values, isSmooth ? 1e-9 : 1e-2)
    assert.closeTo(found.slope, slopes, isSmooth ? 1e-9 : 1e-1)
  })

  it("has a finite dual where a variance vanishes", () => {
    for (const [p, q] of [
      [0, 1],
      [1, 0],
      [0, 0]
    ] as const) {
      const found = dual(p, q, 0)
      assert(Number.isFinite(found.value) && Number.isFinite(found.slope))
      assert.closeTo(found.value, 0, 1e-15)
    }
  })
})

describe("the quadrature of tanh", () => {
  // The poles of tanh at ±iπ/2 come closer as the variance grows: the rule of 96 nodes loses digits.
  it.each([
    [0.1, 1e-14],
    [0.5, 1e-13],
    [1, 1e-9],
    [2, 1e-6],
    [8, 3e-3]
  ])("agrees at variance %d with a fine sum to %d", (p, accuracy) => {
    const { dual } = activation("tanh")
    let [values, slopes] = [0, 0]
    // On the diagonal the double integral is a single one, and the trapezoidal rule converges exponentially.
    const h = 0.01
    for (let i = -1000; i <= 1000; i++) {
      const t = Math.tanh(Math.sqrt(p) * i * h)
      const weight = (h * Math.exp((-i * h * i * h) / 2)) / Math.sqrt(2 * Math.PI)
      values += weight * t * t
      slopes += weight * (1 - t * t) ** 2
    }
    assert.closeTo(dual(p, p, p).value, values, accuracy)
    assert.closeTo(dual(p, p, p).slope, slopes, accuracy)
  })
})

describe("duals in closed form", () => {
  it.prop(
    "halve with relu where the pair coincides, and vanish where it is opposite",
    { p: reals(0.01, 9) },
    ({ p }) => {
      const { dual } = activation("relu")
      assert.closeTo(dual(p, p, p).value, p / 2, 1e-15 * (1 + p))
      assert.closeTo(dual(p, p, p).slope, 0.5, 1e-7)
      assert.closeTo(dual(p, p, -p).value, 0, 1e-15)
      assert.closeTo(dual(p, p, -p).slope, 0, 1e-7)
    }
  )

  it.each([
    ["relu", 1 / (2 * Math.PI), 1 / 4],
    ["abs", 2 / Math.PI, 0],
    // With slopes 1 and 0.1: E σ = 0.9 / √(2π) and E σ' = 0.55.
    ["leaky-relu", 0.81 / (2 * Math.PI), 0.3025],
    ["identity", 0, 1],
    ["erf", 0, 4 / Math.PI / 3]
  ] as const)("are products of means where the pair is independent: %s", (name, value, slope) => {
    const found = activation(name).dual(1, 1, 0)
    assert.closeTo(found.value, value, 1e-14)
    assert.closeTo(found.slope, slope, 1e-14)
  })

  it.prop(
    "are homogeneous for what is piecewise linear",
    { ...Pair, factor: reals(0.01, 50) },
    ({ p, q, rho, factor }) => {
      const r = rho * Math.sqrt(p * q)
      for (const name of ["relu", "abs", "leaky-relu", "identity"] as const) {
        const { dual } = activation(name)
        const [one, other] = [dual(p, q, r), dual(factor * p, factor * q, factor * r)]
        assert.closeTo(other.value, factor * one.value, 1e-14 * factor)
        assert.closeTo(other.slope, one.slope, 1e-14)
      }
    }
  )

  it.prop(
    "are odd in the covariance for odd functions",
    Pair,
    ({ p, q, rho }) => {
      const r = rho * Math.sqrt(p * q)
      for (const name of ["identity", "erf", "tanh"] as const) {
        const { dual } = activation(name)
        assert.closeTo(dual(p, q, -r).value, -dual(p, q, r).value, 1e-14)
        assert.closeTo(dual(p, q, -r).slope, dual(p, q, r).slope, 1e-14)
      }
    },
    RUNS
  )
})
