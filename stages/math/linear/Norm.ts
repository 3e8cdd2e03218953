/** Euclidean norms; of a matrix in one array, the Frobenius norm. */

/** √Σ xᵢ², summed in order. */
export const norm = (x: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!
  return Math.sqrt(sum)
}

/** |to − from| / |from|, dimensionless; both have one length. */
export const relativeChange = (from: ArrayLike<number>, to: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < from.length; i++) sum += (to[i]! - from[i]!) ** 2
  return Math.sqrt(sum) / norm(from)
}

/** Largest sum of magnitudes of a column of an n × n matrix, row-major; NaN where one holds NaN. */
export const oneNorm = (a: Float64Array, n: number): number => {
  const sums = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[j]! += Math.abs(a[i * n + j]!)
  return sums.reduce((largest, sum) => Math.max(largest, sum), 0)
}
