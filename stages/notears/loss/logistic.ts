/** Logistic regression of every variable on the others, for variables that are 0 or 1. */
import { Workspace } from "../../math/linear/Workspace.ts"
import { exp, log } from "../../math/special/Elementwise.ts"
import type { Samples } from "../tensors.ts"
import type { Loss } from "./Loss.ts"

/**
 * Q = 1/n Σ log (1 + e^M) − X ∘ M with M = X W.
 *
 * Cost: 4 n d² flops, an exponential and a logarithm for each element of X.
 */
export const logistic = ({ data, n, d }: Samples): Loss => {
  const space = new Workspace("f64")
  const [x, m, w, slope] = [space.matrix(n, d), space.matrix(n, d), space.matrix(d, d), space.matrix(d, d)]
  x.set(data)
  return (weights, gradient) => {
    w.set(weights)
    space.multiply(m, x, w)
    const value = residuals(x.data, m.data) / n
    space.multiply(slope, x, m, { transposeA: true, alpha: 1 / n })
    gradient.set(slope.data)
    return value
  }
}

/** Σ log (1 + e^m) − x m; m becomes σ(m) − x, the derivative of each term. */
export const residuals = (x: Float64Array, m: Float64Array): number => {
  // With e^−|m| nothing overflows.
  const small = exp(m.map((value) => -Math.abs(value)))
  const logs = log(small.map((value) => 1 + value))
  let sum = 0
  for (let i = 0; i < m.length; i++) {
    const [value, power] = [m[i]!, small[i]!]
    sum += Math.max(value, 0) + logs[i]! - x[i]! * value
    m[i] = (value >= 0 ? 1 : power) / (1 + power) - x[i]!
  }
  return sum
}
