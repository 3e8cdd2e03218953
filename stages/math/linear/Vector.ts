/** Inner products and sums of vectors in plain arrays. */
import { bringingBelowOne } from "./power-of-two.ts"

/**
 * Σ xᵢ yᵢ over the length of x: four sums over every fourth term, added in pairs, then the rest.
 *
 * The order is fixed, and does not wait for one sum after another. Error: n ε Σ |xᵢ yᵢ| at most.
 */
export const dot = (x: Float64Array, y: Float64Array): number => {
  const whole = x.length - (x.length % 4)
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    s0 += x[i]! * y[i]!
    s1 += x[i + 1]! * y[i + 1]!
    s2 += x[i + 2]! * y[i + 2]!
    s3 += x[i + 3]! * y[i + 3]!
  }
  let sum = s0 + s1 + (s2 + s3)
  for (let i = whole; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}

/** Squares below have lost digits. */
const SMALL_SQUARE = 2 ** -900

/** √Σ xᵢ², by `dot`, with all digits also where the squares leave the range. */
export const length = (x: Float64Array): number => {
  const square = dot(x, x)
  if (square > SMALL_SQUARE && square < Number.POSITIVE_INFINITY) return Math.sqrt(square)
  const size = largest(x)
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return size
  const factor = bringingBelowOne(size)
  const scaled = x.map((element) => element * factor)
  return Math.sqrt(dot(scaled, scaled)) / factor
}

/** max |xᵢ|, 0 of nothing; NaN where one is NaN. */
export const largest = (x: Float64Array): number => {
  let most = 0
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]!))
  return most
}

/** y ← y + α x. */
export const addScaled = (y: Float64Array, alpha: number, x: Float64Array): void => {
  for (let i = 0; i < y.length; i++) y[i]! += alpha * x[i]!
}

/** y ← x + β y. */
export const scaleAndAdd = (y: Float64Array, beta: number, x: Float64Array): void => {
  for (let i = 0; i < y.length; i++) y[i] = x[i]! + beta * y[i]!
}

/** y ← α y. */
export const scale = (y: Float64Array, alpha: number): void => {
  for (let i = 0; i < y.length; i++) y[i]! *= alpha
}

/** x − y, a new vector. */
export const difference = (x: Float64Array, y: Float64Array): Float64Array => {
  const result = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) result[i] = x[i]! - y[i]!
  return result
}
