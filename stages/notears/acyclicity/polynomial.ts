/**
 * h = tr (I + A/d)^d − d: the weight of closed walks of length d at most.
 *
 * Source: Yu, Chen, Gao and Yu, DAG-GNN, ICML 2019 (arXiv 1904.10098), theorem 1.
 */
import { Workspace } from "../../math/linear/Workspace.ts"
import type { OfStrengths } from "./Acyclicity.ts"

/** For matrices of order d. ∂h/∂A = ((I + A/d)^(d−1))ᵀ. Cost: 2d³ flops for each of 2 log₂ d products. */
export const polynomial = (d: number): OfStrengths => {
  const space = new Workspace("f64")
  const [factor, spare, other] = [space.matrix(d, d), space.matrix(d, d), space.matrix(d, d)]
  return (a, derivative) => {
    const base = factor.data
    for (let i = 0; i < base.length; i++) base[i] = a[i]! / d + (i % (d + 1) === 0 ? 1 : 0)
    let [power, next] = [spare, other]
    power.fill(0)
    for (let i = 0; i < d; i++) power.data[i * (d + 1)] = 1
    // The digits of d − 1, the first one first: a square for each, and a factor for each 1.
    for (const digit of Math.max(0, d - 1).toString(2)) {
      space.multiply(next, power, power)
      ;[power, next] = [next, power]
      if (digit === "0") continue
      space.multiply(next, power, factor)
      ;[power, next] = [next, power]
    }
    return traceOfProduct(power.data, base, derivative, d)
  }
}

/** tr (P B) − d for P = B^(d−1), and Pᵀ into `derivative`; ∞ where they exceed all numbers. */
const traceOfProduct = (power: Float64Array, base: Float64Array, derivative: Float64Array, d: number): number => {
  let h = 0
  for (let i = 0; i < d; i++) {
    let closed = 0
    for (let j = 0; j < d; j++) {
      closed += power[i * d + j]! * base[j * d + i]!
      derivative[j * d + i] = power[i * d + j]!
    }
    h += closed - 1
  }
  return Number.isFinite(h) ? h : Number.POSITIVE_INFINITY
}
