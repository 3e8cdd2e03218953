/** Random vectors: normal with a covariance, and directions. */
import { multiply } from "../linear/Gemm.ts"
import { norm } from "../linear/Norm.ts"
import type { RandomSource } from "./RandomSource.ts"

/**
 * Normal vectors, count × n, with a mean and the covariance L Lᵀ, given its lower factor L, n × n: rows L z + mean.
 *
 * What lies above the diagonal of L counts for nothing. Throws `RangeError` where the lengths do not fit.
 */
export const multivariateNormals = (
  source: RandomSource,
  count: number,
  mean: Float64Array,
  factor: Float64Array
): Float64Array => {
  const n = mean.length
  if (factor.length !== n * n) throw new RangeError(`a factor of ${factor.length} elements for ${n} numbers`)
  const lower = factor.map((value, at) => (at % n > Math.floor(at / n) ? 0 : value))
  const rows = multiply(source.normals(count * n), lower, count, n, n, { transposeB: true })
  return rows.map((value, at) => value + mean[at % n]!)
}

/** Points uniform on the unit sphere of a dimension, count × dimension. Throws `RangeError` for a dimension below 1. */
export const onSphere = (source: RandomSource, count: number, dimension: number): Float64Array => {
  if (!(Number.isInteger(dimension) && dimension > 0)) throw new RangeError(`a sphere in dimension ${dimension}`)
  const points = source.normals(count * dimension)
  for (let i = 0; i < count; i++) {
    const point = points.subarray(i * dimension, (i + 1) * dimension)
    const length = norm(point)
    for (let j = 0; j < dimension; j++) point[j] = point[j]! / length
  }
  return points
}
