/** Gamma variables, and those that are made of them: χ², beta, Dirichlet, Student. */
import { exp, log } from "../special/Elementary.ts"
import { logSumExp, sigmoid } from "../special/Exponential.ts"
import type { RandomSource } from "./RandomSource.ts"
import { byRejection } from "./rejection.ts"

const checked = (name: string, value: number): void => {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new RangeError(`${name} is ${value}, not positive`)
}

/**
 * Gamma variables of a shape ≥ 1 and scale 1. Source: G. Marsaglia, W. W. Tsang, A Simple Method for Generating Gamma Variables, ACM TOMS 26 (2000).
 *
 * Costs a normal and a uniform number each, and one in twenty times more.
 */
const large = (source: RandomSource, count: number, shape: number): Float64Array => {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  return byRejection(count, (missing) => {
    const [normals, uniforms] = [source.normals(missing), source.uniforms(missing)]
    return normals.map((x, i) => {
      const root = 1 + c * x
      const v = root * root * root
      if (v <= 0) return Number.NaN
      return log(uniforms[i]!) < 0.5 * x * x + d * (1 - v + log(v)) ? d * v : Number.NaN
    })
  })
}

/** Logarithms of gamma variables of any shape: those of small shapes are mostly below the range of float64. */
const logGammas = (source: RandomSource, count: number, shape: number): Float64Array => {
  if (shape >= 1) return large(source, count, shape).map(log)
  const above = large(source, count, shape + 1)
  const uniforms = source.uniforms(count)
  return above.map((x, i) => log(x) + log(uniforms[i]!) / shape)
}

/** Gamma variables of a shape and scale 1: density x^(shape − 1) e^(−x) / Γ(shape). Throws `RangeError` for a shape that is not positive. */
export const gammas = (source: RandomSource, count: number, shape: number): Float64Array => {
  checked("shape", shape)
  return shape >= 1 ? large(source, count, shape) : logGammas(source, count, shape).map(exp)
}

/** χ² variables. Throws `RangeError` for degrees of freedom that are not positive. */
export const chiSquares = (source: RandomSource, count: number, degrees: number): Float64Array =>
  gammas(source, count, degrees / 2).map((x) => 2 * x)

/** Student's t. Throws `RangeError` for degrees of freedom that are not positive. */
export const studentTs = (source: RandomSource, count: number, degrees: number): Float64Array => {
  const normals = source.normals(count)
  const squares = chiSquares(source, count, degrees)
  return normals.map((x, i) => x / Math.sqrt(squares[i]! / degrees))
}

/** Beta variables: density x^(a − 1) (1 − x)^(b − 1) / B(a, b). Throws `RangeError` where a or b is not positive. */
export const betas = (source: RandomSource, count: number, a: number, b: number): Float64Array => {
  checked("a", a)
  checked("b", b)
  const [x, y] = [logGammas(source, count, a), logGammas(source, count, b)]
  return x.map((value, i) => sigmoid(value - y[i]!))
}

/** Points of the simplex, count × shapes: each row sums to 1. Throws `RangeError` where a shape is not positive. */
export const dirichlets = (source: RandomSource, count: number, shapes: ArrayLike<number>): Float64Array => {
  const parts = Array.from(shapes, (shape, j) => {
    checked(`shape ${j}`, shape)
    return logGammas(source, count, shape)
  })
  const points = new Float64Array(count * parts.length)
  for (let i = 0; i < count; i++) {
    const row = parts.map((part) => part[i]!)
    const total = logSumExp(row)
    for (const [j, value] of row.entries()) points[i * parts.length + j] = exp(value - total)
  }
  return points
}
