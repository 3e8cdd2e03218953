/**
 * Exponentials and logarithms next to 0 and 1, where eˣ − 1 and ln(1 + x) would lose their digits, and hyperbolic functions from them.
 *
 * The same bits on every machine. Errors stay below 3 units in the last place on the ranges tested. Algorithms: fdlibm 5.3.
 */
import { exp, log, reducedExpm1 } from "./Elementary.ts"

/** eˣ − 1. */
export const expm1 = (x: number): number => {
  if (Math.abs(x) < 2 ** -54) return x
  if (!(x > -40)) return Number.isNaN(x) ? x : -1
  if (x > 40) return exp(x)
  const k = Math.round(x / Math.LN2)
  const rest = reducedExpm1(x, k)
  const power = 2 ** k
  return k === 0 ? rest : power * rest + (power - 1)
}

/** ln(1 + x); −Infinity at −1, NaN below. */
export const log1p = (x: number): number => {
  const u = 1 + x
  if (u === 1 || !Number.isFinite(u)) return x < -1 ? Number.NaN : x
  // What rounding took from 1 + x, to first order.
  return u > 0 ? log(u) + (x - (u - 1)) / u : log(u)
}

/** eˣ/2 for large x, where eˣ may be beyond the range. */
const halfExp = (x: number): number => {
  const root = exp(x / 2)
  return (root / 2) * root
}

/** The hyperbolic sine. */
export const sinh = (x: number): number => {
  const size = Math.abs(x)
  const t = size > 22 ? 0 : expm1(size)
  const value = size > 22 ? halfExp(size) : size < 1 ? t - (t * t) / (2 * (t + 1)) : (t + t / (t + 1)) / 2
  return x < 0 ? -value : x === 0 ? x : value
}

/** The hyperbolic cosine. */
export const cosh = (x: number): number => {
  const size = Math.abs(x)
  if (size > 22) return halfExp(size)
  const t = expm1(size)
  return 1 + (t * t) / (2 * (t + 1))
}

/** ln(1 + eˣ), a smooth max(x, 0); its slope is `sigmoid`. */
export const softplus = (x: number): number => (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)))

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + exp(-x))
  const power = exp(x)
  return power / (1 + power)
}

/** ln Σ exp(xᵢ), without leaving the range: the largest is taken out. −Infinity of nothing; NaN where one is NaN. */
export const logSumExp = (x: ArrayLike<number>): number => {
  let largest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, x[i]!)
  if (!Number.isFinite(largest)) return largest
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += exp(x[i]! - largest)
  return largest + log(sum)
}
