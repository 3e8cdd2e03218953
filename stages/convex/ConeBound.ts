/**
 * Bounds from above of the projection of a vector on the cones of many patterns, a few microseconds each.
 *
 * The projection of g on {u : aᵢᵀ u ≥ 0} is no longer than ‖g + Σ μᵢ aᵢ‖ for any μ ≥ 0. Those of Lawson and Hanson's method (1974, chapter 23), rows
 * entering one by one, end at the projection itself; for a cone that is ruled out the first will do.
 */
import { dot } from "../math/linear/Vector.ts"
import type { Points } from "./tensors.ts"

/** Rows that may enter: more than the dimension would be needed at a vertex of more planes alone. */
const mostRows = (dimension: number): number => 2 * dimension + 4

/** A row is violated when its product is below this share of both lengths. */
const VIOLATED = 1e-12

/** A pivot below this share of its row says that the row depends on those before. */
const DEPENDENT = 1e-10

export class ConeBound {
  private readonly x: Points
  private readonly sizes: Float64Array
  /** What is left of g. */
  private readonly rest: Float64Array
  private readonly set: Int32Array
  private readonly multipliers: Float64Array
  private readonly aims: Float64Array
  /** Factor of the Gram matrix of the set. */
  private readonly factor: Float64Array
  private count = 0

  constructor(x: Points) {
    this.x = x
    this.sizes = Float64Array.from({ length: x.count }, (_, i) => {
      const row = x.data.subarray(i * x.dimension, (i + 1) * x.dimension)
      return Math.sqrt(dot(row, row))
    })
    const most = x.dimension
    this.rest = new Float64Array(x.dimension)
    this.set = new Int32Array(most)
    this.multipliers = new Float64Array(most)
    this.aims = new Float64Array(most)
    this.factor = new Float64Array(most * most)
  }

  /**
   * What the projection of g on the cone of a pattern is no longer than: its length to rounding, where that is above `enough`; else at most `enough`.
   * The states of a pattern are `stride` apart, from `offset` on.
   */
  of(g: Float64Array, states: Uint8Array, offset: number, stride: number, enough: number): number {
    const { rest, x } = this
    this.count = 0
    rest.set(g)
    for (let entered = 0; ; entered++) {
      let square = 0
      for (let k = 0; k < rest.length; k++) square += rest[k]! * rest[k]!
      const bound = Math.sqrt(square) * (1 + 1e-13)
      if (bound <= enough || entered >= mostRows(x.dimension)) return bound
      const row = this.mostViolated(states, offset, stride, bound)
      if (row === -1 || !this.enter(row, g, states, offset, stride)) return bound
    }
  }

  private mostViolated(states: Uint8Array, offset: number, stride: number, size: number): number {
    const { rest, sizes, x } = this
    const { data, dimension } = x
    let [worst, at] = [-VIOLATED * size, -1]
    for (let i = 0, from = 0; i < sizes.length; i++, from += dimension) {
      if (sizes[i] === 0) continue
      let product = 0
      for (let k = 0; k < dimension; k++) product += data[from + k]! * rest[k]!
      const share = (states[offset + i * stride] === 1 ? product : -product) / sizes[i]!
      if (share < worst) {
        worst = share
        at = i
      }
    }
    return at
  }

  /** Takes a row into the set, others out of it whose multiplier would be negative, and what is spanned off g; false when it cannot. */
  private enter(row: number, g: Float64Array, states: Uint8Array, offset: number, stride: number): boolean {
    const { set, multipliers, aims } = this
    if (this.count === set.length || set.subarray(0, this.count).includes(row)) return false
    set[this.count] = row
    multipliers[this.count++] = 0
    for (;;) {
      if (!this.solve(g, states, offset, stride)) return false
      let [share, out] = [1, -1]
      for (let j = 0; j < this.count; j++) {
        if (aims[j]! > 0) continue
        const way = multipliers[j]! / (multipliers[j]! - aims[j]!)
        if (out === -1 || way < share) [share, out] = [way, j]
      }
      if (out === -1) break
      for (let j = 0; j < this.count; j++) multipliers[j]! += share * (aims[j]! - multipliers[j]!)
      set.copyWithin(out, out + 1, this.count)
      multipliers.copyWithin(out, out + 1, this.count)
      if (--this.count === 0) return false
    }
    multipliers.set(aims.subarray(0, this.count))
    this.takeOff(g, states, offset, stride)
    return true
  }

  /** Aims μ with A Aᵀ μ = −A g over the rows of the set; false when they depend on each other. */
  private solve(g: Float64Array, states: Uint8Array, offset: number, stride: number): boolean {
    const { set, aims, factor, count, x } = this
    const { data, dimension } = x
    const side = set.length
    for (let i = 0; i < count; i++) {
      const [a, on] = [set[i]! * dimension, states[offset + set[i]! * stride]]
      for (let j = 0; j <= i; j++) {
        const b = set[j]! * dimension
        let sum = 0
        for (let k = 0; k < dimension; k++) sum += data[a + k]! * data[b + k]!
        if (states[offset + set[j]! * stride] !== on) sum = -sum
        for (let k = 0; k < j; k++) sum -= factor[i * side + k]! * factor[j * side + k]!
        if (j < i) factor[i * side + j] = sum / factor[j * side + j]!
        else if (sum <= DEPENDENT * this.sizes[set[i]!]! ** 2) return false
        else factor[i * side + i] = Math.sqrt(sum)
      }
      let product = 0
      for (let k = 0; k < dimension; k++) product += data[a + k]! * g[k]!
      let right = on === 1 ? -product : product
      for (let k = 0; k < i; k++) right -= factor[i * side + k]! * aims[k]!
      aims[i] = right / factor[i * side + i]!
    }
    for (let i = count - 1; i >= 0; i--) {
      let value = aims[i]!
      for (let k = i + 1; k < count; k++) value -= factor[k * side + i]! * aims[k]!
      aims[i] = value / factor[i * side + i]!
    }
    return true
  }

  private takeOff(g: Float64Array, states: Uint8Array, offset: number, stride: number): void {
    const { rest, set, multipliers, x } = this
    rest.set(g)
    for (let j = 0; j < this.count; j++) {
      const by = states[offset + set[j]! * stride] === 1 ? multipliers[j]! : -multipliers[j]!
      for (let k = 0; k < rest.length; k++) rest[k]! += by * x.data[set[j]! * x.dimension + k]!
    }
  }
}
