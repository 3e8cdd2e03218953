/** Nonlinearities of networks, and their expectations over Gaussian pairs. */
import { Schema } from "effect"
import { acos, asin, erf, exp, tanh } from "../math/Elementary.ts"
import { rule } from "../math/GaussHermite.ts"

export const ActivationName = Schema.Literals(["relu", "abs", "leaky-relu", "identity", "erf", "tanh"])
export type ActivationName = typeof ActivationName.Type

/** E σ(u)σ(v) and E σ'(u)σ'(v) for (u, v) ~ N(0, [[p, r], [r, q]]). */
export interface Dual {
  readonly value: number
  readonly slope: number
}

export interface Activation {
  readonly value: (x: number) => number
  readonly slope: (x: number) => number
  readonly dual: (p: number, q: number, r: number) => Dual
}

/** Nodes on each axis: about 1e-10 for tanh at variances of order 1. */
const NODES = 96

/** Slope of leaky ReLU left of 0. */
const LEAK = 0.1

const clamp = (x: number): number => Math.min(1, Math.max(-1, x))

/** Source: Cho and Saul, Kernel Methods for Deep Learning (2009), degrees 1 and 0. */
const reluDual = (p: number, q: number, r: number): Dual => {
  const size = Math.sqrt(p * q)
  if (size === 0) return { value: 0, slope: 0 }
  const cosine = clamp(r / size)
  const angle = acos(cosine)
  const sine = Math.sqrt((1 - cosine) * (1 + cosine))
  return {
    value: (size / (2 * Math.PI)) * (sine + (Math.PI - angle) * cosine),
    slope: (Math.PI - angle) / (2 * Math.PI)
  }
}

/** a·max(x, 0) + b·min(x, 0): by linearity from the dual of ReLU at r and −r. */
const piecewiseLinear = (a: number, b: number): Activation => ({
  value: (x) => (x > 0 ? a * x : b * x),
  slope: (x) => (x > 0 ? a : b),
  dual: (p, q, r) => {
    const same = reluDual(p, q, r)
    const opposite = reluDual(p, q, -r)
    return {
      value: (a * a + b * b) * same.value - 2 * a * b * opposite.value,
      slope: (a * a + b * b) * same.slope + 2 * a * b * opposite.slope
    }
  }
})

/** Source: C. K. I. Williams, Computation with Infinite Neural Networks (1998). */
const erfDual = (p: number, q: number, r: number): Dual => {
  const size = (1 + 2 * p) * (1 + 2 * q)
  return {
    value: (2 / Math.PI) * asin(clamp((2 * r) / Math.sqrt(size))),
    slope: 4 / (Math.PI * Math.sqrt(size - 4 * r * r))
  }
}

/** Any activation, by Gauss–Hermite quadrature on both axes. */
const quadratureDual =
  (value: (x: number) => number, slope: (x: number) => number) =>
  (p: number, q: number, r: number): Dual => {
    const { nodes, weights } = rule(NODES)
    const sigma = Math.sqrt(p)
    const along = sigma === 0 ? 0 : r / sigma
    const across = Math.sqrt(Math.max(0, q - along * along))
    const sum = { value: 0, slope: 0 }
    for (let i = 0; i < NODES; i++) {
      const u = sigma * nodes[i]!
      let [inner, innerSlope] = [0, 0]
      for (let j = 0; j < NODES; j++) {
        const v = along * nodes[i]! + across * nodes[j]!
        inner += weights[j]! * value(v)
        innerSlope += weights[j]! * slope(v)
      }
      sum.value += weights[i]! * value(u) * inner
      sum.slope += weights[i]! * slope(u) * innerSlope
    }
    return sum
  }

const tanhSlope = (x: number): number => 1 - tanh(x) ** 2

const ACTIVATIONS: { readonly [name in ActivationName]: Activation } = {
  relu: piecewiseLinear(1, 0),
  abs: piecewiseLinear(1, -1),
  "leaky-relu": piecewiseLinear(1, LEAK),
  identity: { value: (x) => x, slope: () => 1, dual: (_p, _q, r) => ({ value: r, slope: 1 }) },
  erf: { value: erf, slope: (x) => (2 / Math.sqrt(Math.PI)) * exp(-x * x), dual: erfDual },
  tanh: { value: tanh, slope: tanhSlope, dual: quadratureDual(tanh, tanhSlope) }
}

/** The activation of a name. */
export const activation = (name: ActivationName): Activation => ACTIVATIONS[name]
