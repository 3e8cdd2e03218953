/** Nonlinearities of networks, by name. */
import { Schema } from "effect"
import { cos, erf, exp, log, sin, tanh } from "../math/special/Elementary.ts"
import { normalCdf } from "../math/special/Statistics.ts"
import { type DualOf, erfDual, piecewiseLinearDual, quadratureDual, sineDual } from "./Dual.ts"

export const ActivationName = Schema.Literals([
  "relu",
  "abs",
  "leaky-relu",
  "identity",
  "erf",
  "sin",
  "tanh",
  "sigmoid",
  "softplus",
  "gelu"
])
export type ActivationName = typeof ActivationName.Type

export interface Activation {
  readonly value: (x: number) => number
  readonly slope: (x: number) => number
  /** Its expectations over Gaussian pairs. */
  readonly dual: DualOf
}

/** Slope of leaky ReLU left of 0. */
const LEAK = 0.1

const piecewiseLinear = (a: number, b: number): Activation => ({
  value: (x) => (x > 0 ? a * x : b * x),
  slope: (x) => (x > 0 ? a : b),
  dual: piecewiseLinearDual(a, b)
})

/** Any function with its derivative: nothing more is needed. See `quadratureDual` for the accuracy. */
export const byQuadrature = (value: (x: number) => number, slope: (x: number) => number): Activation => ({
  value,
  slope,
  dual: quadratureDual(value, slope)
})

const tanhSlope = (x: number): number => 1 - tanh(x) ** 2

const sigmoid = (x: number): number => 1 / (1 + exp(-x))

const sigmoidSlope = (x: number): number => sigmoid(x) * sigmoid(-x)

/** ln(1 + eˣ). Absolute error 2e-16 where it is small. */
const softplus = (x: number): number => Math.max(0, x) + log(1 + exp(-Math.abs(x)))

const normalDensity = (x: number): number => exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)

/** x Φ(x). Source: Hendrycks and Gimpel, Gaussian Error Linear Units (2016); not their approximation by tanh. */
const gelu = (x: number): number => x * normalCdf(x)

const geluSlope = (x: number): number => normalCdf(x) + x * normalDensity(x)

const ACTIVATIONS: { readonly [name in ActivationName]: Activation } = {
  relu: piecewiseLinear(1, 0),
  abs: piecewiseLinear(1, -1),
  "leaky-relu": piecewiseLinear(1, LEAK),
  identity: { value: (x) => x, slope: () => 1, dual: (_p, _q, r) => ({ value: r, slope: 1 }) },
  erf: { value: erf, slope: (x) => (2 / Math.sqrt(Math.PI)) * exp(-x * x), dual: erfDual },
  sin: { value: sin, slope: cos, dual: sineDual },
  tanh: byQuadrature(tanh, tanhSlope),
  sigmoid: byQuadrature(sigmoid, sigmoidSlope),
  softplus: byQuadrature(softplus, sigmoid),
  gelu: byQuadrature(gelu, geluSlope)
}

/** The activation of a name. */
export const activation = (name: ActivationName): Activation => ACTIVATIONS[name]
