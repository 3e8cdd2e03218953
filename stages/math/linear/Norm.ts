/** Euclidean norms; of a matrix in one array, the Frobenius norm. */
import { length } from "./Vector.ts"

/** Sums of squares below have lost digits. */
const SMALL_SUM = 2 ** -900

/** √Σ xᵢ², summed in order; where the squares leave the range, in that of `Vector.length`. */
export const norm = (x: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!
  return sum > SMALL_SUM && sum < Number.POSITIVE_INFINITY ? Math.sqrt(sum) : length(Float64Array.from(x))
}

/** |to − from| / |from|, dimensionless; both have one length. */
export const relativeChange = (from: ArrayLike<number>, to: ArrayLike<number>): number => {
  return norm(Float64Array.from({ length: from.length }, (_, i) => to[i]! - from[i]!)) / norm(from)
}

/** Largest sum of magnitudes of a column of an n × n matrix, row-major; NaN where one holds NaN. Throws `RangeError` for another length. */
export const oneNorm = (a: Float64Array, n: number): number => {
  if (a.length !== n * n) throw new RangeError(`${a.length} elements do not fill ${n}×${n}`)
  const sums = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[j]! += Math.abs(a[i * n + j]!)
  return sums.reduce((largest, sum) => Math.max(largest, sum), 0)
}
