/**
 * min ‖A x − b‖ over x ≥ 0, by an active set.
 *
 * Unknowns enter and leave the set of those that are positive one by one; the triangular factor of their columns is updated by a reflection
 * or downdated by rotations. Source: C. L. Lawson and R. J. Hanson, Solving Least Squares Problems, Prentice-Hall 1974, chapter 23,
 * algorithm NNLS.
 */
import { Data } from "effect"
import { bringingAllBelowOne } from "../linear/power-of-two.ts"
import { dot, length } from "../linear/Vector.ts"
import { applyReflection, reflect } from "./Reflection.ts"

export interface NonNegativeSolution {
  readonly x: Float64Array
  /** ‖A x − b‖. */
  readonly residual: number
  /** Unknowns that have entered the set. */
  readonly iterations: number
}

/** The set has changed more often than was allowed: rounding makes it go in circles. */
export class TooManyExchanges extends Data.TaggedError("TooManyExchanges")<{ readonly exchanges: number }> {
  override get message(): string {
    return `the set of positive unknowns still changes after ${this.exchanges} exchanges`
  }
}

/**
 * x ≥ 0 that minimises ‖A x − b‖, for an m × n matrix, row-major: unique where the columns of its positive elements are independent and no
 * other has a gradient of 0.
 *
 * At the end Aᵀ (b − A x) is 0 where x is positive, and at most round-off where it is 0. Cost: 4 m n flops an exchange. Throws `RangeError`
 * when lengths do not fit, or an element is not finite; `TooManyExchanges` after `maxExchanges`, 10 n + 10 by default.
 */
export const nonNegativeLeastSquares = (
  a: Float64Array,
  m: number,
  n: number,
  b: Float64Array,
  maxExchanges = 10 * n + 10
): NonNegativeSolution => {
  checkFinite("A", a, m * n)
  checkFinite("b", b, m)
  const [byA, byB] = [bringingAllBelowOne(a), bringingAllBelowOne(b)]
  const scaled = [a.map((element) => element * byA), b.map((element) => element * byB)] as const
  const { x, residual, iterations } = new ActiveSet(scaled[0], m, n, scaled[1]).solve(maxExchanges)
  return { x: x.map((element) => unscaled(element, byA, byB)), residual: residual / byB, iterations }
}

/** An element of the solution for A and b from that for byA A and byB b. */
export const unscaled = (element: number, byA: number, byB: number): number =>
  element === 0 ? 0 : element * (byA / byB)

/** Throws `RangeError` when an array has another length, or an element that is not finite. */
export const checkFinite = (name: string, elements: Float64Array, count: number): void => {
  if (elements.length !== count) throw new RangeError(`${name} has ${elements.length} elements, not ${count}`)
  let zero = 0
  for (let i = 0; i < count; i++) zero += elements[i]! * 0
  if (zero === 0) return
  const at = elements.findIndex((element) => !Number.isFinite(element))
  throw new RangeError(`element ${at} of ${name} is ${elements[at]}`)
}

class ActiveSet {
  private readonly m: number
  private readonly n: number
  /** Columns of Qᵀ A. Those of the set, in its order, are upper triangular. */
  private readonly columns: ReadonlyArray<Float64Array>
  /** Qᵀ b. */
  private readonly right: Float64Array
  /** Unknowns of the set, in the order in which they came, then the others. */
  private readonly order: Int32Array
  private count = 0
  private readonly x: Float64Array
  /** Gradients up to here are round-off. */
  private readonly noise: Float64Array

  constructor(a: Float64Array, m: number, n: number, b: Float64Array) {
    this.m = m
    this.n = n
    this.columns = columnsOf(a, m, n)
    this.right = b.slice()
    this.order = Int32Array.from({ length: n }, (_, j) => j)
    this.x = new Float64Array(n)
    const size = m * Number.EPSILON * length(b)
    this.noise = new Float64Array(n)
    for (let j = 0; j < n; j++) this.noise[j] = size * length(this.columns[j]!)
  }

  solve(maxExchanges: number): NonNegativeSolution {
    let exchanges = 0
    let iterations = 0
    while (this.enter()) {
      iterations++
      for (let leaving = this.step(); leaving > 0; leaving = this.step()) exchanges += leaving
      if (++exchanges > maxExchanges) throw new TooManyExchanges({ exchanges })
    }
    return { x: this.x, residual: length(this.right.subarray(this.count)), iterations }
  }

  /** Takes the unknown with the steepest gradient into the set that becomes positive there; false when there is none. */
  private enter(): boolean {
    if (this.count === this.m) return false
    const gradients = new Float64Array(this.n)
    for (let at = this.count; at < this.n; at++) gradients[at] = this.gradient(this.order[at]!)
    for (;;) {
      let best = -1
      for (let at = this.count; at < this.n; at++) {
        const gradient = gradients[at]!
        if (gradient > this.noise[this.order[at]!]! && (best === -1 || gradient > gradients[best]!)) best = at
      }
      if (best === -1 || this.tryToEnter(best)) return best !== -1
      gradients[best] = 0
    }
  }

  private gradient(j: number): number {
    return this.count === 0
      ? dot(this.columns[j]!, this.right)
      : dot(this.columns[j]!.subarray(this.count), this.right.subarray(this.count))
  }

  private tryToEnter(at: number): boolean {
    const { count, m, order } = this
    const j = order[at]!
    const column = this.columns[j]!
    const below = column.subarray(count, m)
    const rest = length(below)
    // A column that depends on those of the set has nothing of its own left.
    if (rest <= 4 * m * Number.EPSILON * length(column)) return false
    const before = below.slice()
    const reflection = reflect(below)
    const right = this.right.slice(count)
    applyReflection(reflection, below, right)
    if (!(right[0]! / reflection.rest > 0)) {
      below.set(before)
      return false
    }
    this.right.set(right, count)
    order[at] = order[count]!
    order[count] = j
    this.count++
    for (let other = this.count; other < this.n; other++) {
      applyReflection(reflection, below, this.columns[order[other]!]!.subarray(count, m))
    }
    below.fill(0)
    below[0] = reflection.rest
    return true
  }

  /** Moves towards the minimum over the set, as far as x stays positive; gives how many unknowns have left the set for that. */
  private step(): number {
    const { x, order } = this
    const aim = this.minimumOverSet()
    let share = 1
    for (let k = 0; k < this.count; k++) {
      const value = x[order[k]!]!
      if (aim[k]! <= 0) share = Math.min(share, value / (value - aim[k]!))
    }
    const leaving: Array<number> = []
    for (let k = 0; k < this.count; k++) {
      const j = order[k]!
      const isStopped = aim[k]! <= 0 && x[j]! / (x[j]! - aim[k]!) <= share
      x[j] = isStopped ? 0 : share === 1 ? aim[k]! : x[j]! + share * (aim[k]! - x[j]!)
      if (isStopped || x[j]! <= 0) {
        x[j] = 0
        leaving.push(k)
      }
    }
    for (const k of leaving.reverse()) this.leave(k)
    return leaving.length
  }

  /** R z = Qᵀ b. */
  private minimumOverSet(): Float64Array {
    const z = this.right.slice(0, this.count)
    for (let k = this.count - 1; k >= 0; k--) {
      const column = this.columns[this.order[k]!]!
      z[k]! /= column[k]!
      for (let i = 0; i < k; i++) z[i]! -= z[k]! * column[i]!
    }
    return z
  }

  /** Takes the k-th unknown out of the set, and makes the columns behind it triangular again. */
  private leave(k: number): void {
    const { order, columns, right } = this
    const left = order[k]!
    order.copyWithin(k, k + 1, this.count)
    this.count--
    order[this.count] = left
    for (let row = k; row < this.count; row++) {
      const pivot = columns[order[row]!]!
      const radius = Math.sqrt(pivot[row]! * pivot[row]! + pivot[row + 1]! * pivot[row + 1]!)
      const [c, s] = [pivot[row]! / radius, pivot[row + 1]! / radius]
      for (let at = row; at < this.n; at++) rotate(columns[order[at]!]!, row, c, s)
      rotate(right, row, c, s)
      pivot[row + 1] = 0
    }
  }
}

const columnsOf = (a: Float64Array, m: number, n: number): ReadonlyArray<Float64Array> => {
  const columns = Array.from({ length: n }, () => new Float64Array(m))
  for (let i = 0, at = 0; i < m; i++) for (let j = 0; j < n; j++, at++) columns[j]![i] = a[at]!
  return columns
}

/** Rotates elements `row` and `row` + 1. */
const rotate = (x: Float64Array, row: number, c: number, s: number): void => {
  const [upper, lower] = [x[row]!, x[row + 1]!]
  x[row] = c * upper + s * lower
  x[row + 1] = c * lower - s * upper
}
