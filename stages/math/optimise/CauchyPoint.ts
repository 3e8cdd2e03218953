/**
 * The first minimum of a quadratic model along the gradient, bent where it meets the bounds of a box.
 *
 * Source: R. H. Byrd, P. Lu, J. Nocedal and C. Zhu, A Limited Memory Algorithm for Bound Constrained Optimization, SIAM J. Sci. Comput. 16
 * (1995), algorithm CP.
 */
import { addScaled, dot } from "../linear/Vector.ts"
import type { Bounds } from "./Bounds.ts"
import { type CompactModel, rowOf, timesColumns, timesMiddle } from "./CompactModel.ts"
import type { Point } from "./Objective.ts"

export interface CauchyPoint {
  readonly x: Float64Array
  /** Wᵀ (x of here − x of before). */
  readonly c: Float64Array
}

/** Cost: n log n for sorting the bends, and (2 m)² flops for each that is passed. */
export const cauchyPoint = ({ x: origin, gradient }: Point, bounds: Bounds, model: CompactModel): CauchyPoint => {
  const bends = bendsOf(origin, gradient, bounds)
  const x = origin.slice()
  const direction = gradient.map((component, i) => (bends[i] === 0 ? 0 : -component))
  const p = timesColumns(model, direction)
  const c = new Float64Array(p.length)
  let slope = -dot(direction, direction)
  let curvature = -model.theta * slope - dot(p, timesMiddle(model, p))
  const flattest = Number.EPSILON * curvature
  let before = 0
  for (const b of inOrder(bends)) {
    const length = bends[b]! - before
    if (-slope < length * curvature) break
    // Component b stops at its bound.
    const g = gradient[b]!
    x[b] = g > 0 ? bounds.lower[b]! : bounds.upper[b]!
    const z = x[b]! - origin[b]!
    addScaled(c, length, p)
    const row = rowOf(model, b)
    const image = timesMiddle(model, row)
    slope += length * curvature + g * g + model.theta * g * z - g * dot(image, c)
    curvature += -model.theta * g * g - 2 * g * dot(image, p) - g * g * dot(image, row)
    curvature = Math.max(curvature, flattest)
    addScaled(p, g, row)
    direction[b] = 0
    before = bends[b]!
  }
  const length = direction.some((component) => component !== 0) ? Math.max(0, -slope / curvature) : 0
  for (let i = 0; i < x.length; i++) if (direction[i] !== 0) x[i]! += (before + length) * direction[i]!
  addScaled(c, length, p)
  return { x, c }
}

/** How far along the gradient each component meets a bound: infinite where it never does. */
const bendsOf = (x: Float64Array, gradient: Float64Array, { lower, upper }: Bounds): Float64Array =>
  gradient.map((g, i) => {
    if (g === 0) return Number.POSITIVE_INFINITY
    return (x[i]! - (g > 0 ? lower[i]! : upper[i]!)) / g
  })

/** Components by the place of their bend, those that have moved and meet one. */
const inOrder = (bends: Float64Array): Int32Array => {
  const bent = new Int32Array(bends.length)
  let count = 0
  for (let i = 0; i < bends.length; i++) if (bends[i]! > 0 && bends[i]! < Number.POSITIVE_INFINITY) bent[count++] = i
  return bent.subarray(0, count).sort((i, j) => bends[i]! - bends[j]! || i - j)
}
