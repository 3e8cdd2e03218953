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
