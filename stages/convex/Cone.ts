/**
 * The cone of directions u that have a pattern, (2D − I) X u ≥ 0, and the best of them.
 *
 * Over the cone and ‖u‖ ≤ 1 the largest gᵀu is the length of the projection of g on the cone, which is what g leaves of the least squares problem
 * min ‖Σ μₖ aₖ + g‖ over μ ≥ 0, aₖ being the rows of (2D − I) X. Sources: Moreau (1962); Lawson and Hanson (1974), chapter 23.
 */
import { dot, length } from "../math/linear/Vector.ts"
import { nonNegativeLeastSquares } from "../math/optimise/NonNegativeLeastSquares.ts"
import type { Points } from "./tensors.ts"

/** Cones in which no direction is this far from all planes, both of length 1, are taken to have no interior. */
const THIN = 1e-9

/** The rows of −(2D − I) X as columns, dimension × points, for the pattern of states 0 and 1. */
const outwardNormals = ({ data, count, dimension }: Points, states: ArrayLike<number>): Float64Array => {
  const normals = new Float64Array(dimension * count)
  for (let i = 0; i < count; i++) {
    const sign = states[i] === 1 ? -1 : 1
    for (let k = 0; k < dimension; k++) normals[k * count + i] = sign * data[i * dimension + k]!
  }
  return normals
}

/** The point of the cone of a pattern that is nearest to g. */
export const projection = (x: Points, states: ArrayLike<number>, g: Float64Array): Float64Array => {
  const normals = outwardNormals(x, states)
  const { x: multipliers } = nonNegativeLeastSquares(normals, x.dimension, x.count, g)
  const result = g.slice()
  for (let k = 0; k < x.dimension; k++) {
    result[k]! -= dot(normals.subarray(k * x.count, (k + 1) * x.count), multipliers)
  }
  return result
}

/**
 * A direction in the interior of the cone of a pattern, of length 1; `undefined` where the cone has none, or next to none. Points at 0 constrain nothing.
 *
 * It is the shortest u with (2D − I) X u ≥ 1, rows of X having length 1: Lawson and Hanson's least distance programming, (23.27).
 */
export const interiorDirection = (
  { data, count, dimension }: Points,
  states: ArrayLike<number>
): Float64Array | undefined => {
  const system = new Float64Array((dimension + 1) * count)
  for (let i = 0; i < count; i++) {
    const row = data.subarray(i * dimension, (i + 1) * dimension)
    const size = length(row)
    if (size === 0) continue
    const factor = (states[i] === 1 ? 1 : -1) / size
    for (let k = 0; k < dimension; k++) system[k * count + i] = factor * row[k]!
    system[dimension * count + i] = 1
  }
  const target = new Float64Array(dimension + 1)
  target[dimension] = 1
  const { x: multipliers, residual } = nonNegativeLeastSquares(system, dimension + 1, count, target)
  if (residual < THIN) return undefined
  const u = new Float64Array(dimension)
  for (let k = 0; k < dimension; k++) u[k] = dot(system.subarray(k * count, (k + 1) * count), multipliers)
  const size = length(u)
  // Without a point that constrains, any direction will do.
  if (size === 0) return Float64Array.from(u, (_, k) => (k === 0 ? 1 : 0))
  return u.map((element) => element / size)
}
