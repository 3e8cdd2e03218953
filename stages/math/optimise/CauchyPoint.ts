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

/** Cost: 4 n m flops, and for each bend that is passed 12 m² and log n. */
export const cauchyPoint = ({ x: origin, gradient }: Point, bounds: Bounds, model: CompactModel): CauchyPoint => {
  const bends = bendsOf(origin, gradient, bounds)
  const x = origin.slice()
  const direction = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) if (bends[i] !== 0) direction[i] = -gradient[i]!
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
const bendsOf = (x: Float64Array, gradient: Float64Array, { lower, upper }: Bounds): Float64Array => {
  const bends = new Float64Array(x.length).fill(Number.POSITIVE_INFINITY)
  for (let i = 0; i < x.length; i++) {
    const g = gradient[i]!
    if (g > 0) bends[i] = (x[i]! - lower[i]!) / g
    else if (g < 0) bends[i] = (x[i]! - upper[i]!) / g
  }
  return bends
}

/**
 * Components by the place of their bend, those that have moved and meet one. Most searches end after a few: a heap finds these without sorting
 * all.
 */
function* inOrder(bends: Float64Array): Generator<number> {
  const heap = new Int32Array(bends.length)
  let count = 0
  for (let i = 0; i < bends.length; i++) if (bends[i]! > 0 && bends[i]! < Number.POSITIVE_INFINITY) heap[count++] = i
  for (let at = (count >> 1) - 1; at >= 0; at--) sink(heap, count, at, bends)
  while (count > 0) {
    yield heap[0]!
    heap[0] = heap[--count]!
    sink(heap, count, 0, bends)
  }
}

/** Moves an entry down until none below has a nearer bend; of equal ones the component with the lower number comes first. */
const sink = (heap: Int32Array, count: number, from: number, bends: Float64Array): void => {
  const isBefore = (i: number, j: number): boolean => bends[i]! < bends[j]! || (bends[i] === bends[j] && i < j)
  const held = heap[from]!
  let at = from
  for (let child = 2 * at + 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count && isBefore(heap[child + 1]!, heap[child]!)) child++
    if (!isBefore(heap[child]!, held)) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = held
}
