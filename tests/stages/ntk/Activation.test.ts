import { assert, describe, it } from "@effect/vitest"
import { rule } from "../../../stages/math/special/GaussHermite.ts"
import { ActivationName, activation } from "../../../stages/ntk/Activation.ts"
import { reals } from "../../reals.ts"

/** Two variances and a correlation, away from the ends where duals are not smooth. */
const Pair = { p: reals(0.05, 1), q: reals(0.05, 1), rho: reals(-0.9, 0.9) }

const NAMES = ActivationName.literals

/** Those by quadrature have up to 4096 nodes a dual. */
const RUNS = { arbitrary: { runs: 20 } }

describe.each(NAMES)("activation %s", (name) => {
  const { value, slope, dual } = activation(name)

  it.prop("has the derivative of its values as slopes", { x: reals(-4, 4) }, ({ x }) => {
    const h = 1e-4
    // The three piecewise linear ones have a kink at 0.
    if (Math.abs(x) <= 2 * h) return
    const [far, near] = [value(x + 2 * h) - value(x - 2 * h), value(x + h) - value(x - h)]
    // Values are rounded to units of their size.
    assert.closeTo((8 * near - far) / (12 * h), slope(x), 1e-11 * (1 + Math.abs(value(x))))
  })

  it.prop(
    "has a dual that does not change when the pair changes places",
    Pair,
    ({ p, q, rho }) => {
      const r = rho * Math.sqrt(p * q)
      const [one, other] = [dual(p, q, r), dual(q, p, r)]
      // The quadrature runs over the pair in order.
      assert.closeTo(one.value, other.value, 1e-10)
      assert.closeTo(one.slope, other.slope, 1e-10)
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
    const isSmooth = !["relu", "abs", "leaky-relu"].includes(name)
    // Across a kink a rule of n nodes converges as n^(−1), across a jump as n^(−½).
    assert.closeTo(found.value, values, isSmooth ? 1e-10 : 1e-2)
    assert.closeTo(found.slope, slopes, isSmooth ? 1e-10 : 1e-1)
  })

  it("has a finite dual where a variance vanishes", () => {
    for (const [p, q] of [
      [0, 1],
      [1, 0],
      [0, 0]
    ] as const) {
      const found = dual(p, q, 0)
      assert(Number.isFinite(found.value) && Number.isFinite(found.slope))
      // One of the pair is 0, and the other has the mean of what is drawn with it alone.
      const mean = (variance: number): number => {
        const { nodes, weights } = rule(180)
        return weights.reduce((sum, weight, i) => sum + weight * value(Math.sqrt(variance) * nodes[i]!), 0)
      }
      assert.closeTo(found.value, value(0) * mean(Math.max(p, q)), 1e-14)
    }
  })
})

describe("values and slopes", () => {
  it.each([
    ["sin", 0.5, 0.479425538604203, 0.8775825618903728],
    ["tanh", 0.5, 0.46211715726000974, 0.7864477329659275],
    ["sigmoid", 0, 0.5, 0.25],
    ["sigmoid", 2, 0.8807970779778823, 0.10499358540350662],
    ["sigmoid", -800, 0, 0],
    ["softplus", 0, Math.LN2, 0.5],
    ["softplus", -3, 0.04858735157374196, 0.04742587317756678],
    ["softplus", 900, 900, 1],
    ["gelu", 1, 0.8413447460685429, 1.0833154705876864],
    ["gelu", -2, -0.04550026389635842, -0.08523180107819693],
    ["gelu", 30, 30, 1]
  ] as const)("has the tabulated %s at %d", (name, x, expected, rising) => {
    const { value, slope } = activation(name)
    assert.closeTo(value(x), expected, 4e-16 * Math.max(1, Math.abs(x)))
    assert.closeTo(slope(x), rising, 4e-16)
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
    ["erf", 0, 4 / Math.PI / 3],
    ["sin", 0, 1 / Math.E]
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
      for (const name of ["identity", "erf", "sin", "tanh"] as const) {
        const { dual } = activation(name)
        assert.closeTo(dual(p, q, -r).value, -dual(p, q, r).value, 1e-14)
        assert.closeTo(dual(p, q, -r).slope, dual(p, q, r).slope, 1e-14)
      }
    },
    RUNS
  )
})
