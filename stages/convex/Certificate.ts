/**
 * How far a network can be from the best there is: the largest |λᵀ(X u)₊| over ‖u‖ ≤ 1, and the bound from below that follows.
 *
 * A network is optimal when no u exceeds β. Multipliers λ that u exceeds are scaled down until none does; what they then bound, no network
 * of any width can go below. Source: Pilanci and Ergen, ICML 2020, section 3 and theorem 1.
 */
import { multiply } from "../math/linear/Gemm.ts"
import { eigenvalues } from "../math/linear/SymmetricEigen.ts"
import { dot, length } from "../math/linear/Vector.ts"
import { column, type Patterns } from "./ActivationPatterns.ts"
import { projection } from "./Cone.ts"
import type { Loss } from "./losses.ts"
import type { Points } from "./tensors.ts"

/** A direction of length 1 that correlates with the multipliers. */
export interface Neuron {
  readonly direction: Float64Array
  /** Of λᵀ(X u)₊. */
  readonly sign: 1 | -1
  /** |λᵀ(X u)₊|. */
  readonly value: number
  /** The number of its pattern. */
  readonly pattern: number
}

/** What was found of the largest |λᵀ(X u)₊| over ‖u‖ ≤ 1. */
export interface Maximum {
  /** A value that is reached, or `floor`. */
  readonly value: number
  /** The neurons above the floor that were met, from the largest on. */
  readonly neurons: ReadonlyArray<Neuron>
}

export interface SearchOptions {
  /** A value that is known to be reached, 0 by default: directions below are of no interest. */
  readonly floor?: number
  /** Neurons of interest: 1 by default. */
  readonly keep?: number
}

/** Patterns whose bounds are computed at once. */
const CHUNK = 4096

/**
 * The largest |λᵀ(X u)₊| over all u with one of the patterns, exactly: each cone by a projection, if it is not ruled out before.
 *
 * What rules out is that no projection on a cone is longer than that on the half space of one of its points. Cost: 4 n d flops a pattern, and a
 * small least squares problem for each that is left.
 */
export const overPatterns = (
  x: Points,
  multipliers: Float64Array,
  patterns: Patterns,
  { floor = 0, keep = 1 }: SearchOptions = {}
): Maximum => {
  const bounds = coneBounds(x, multipliers, patterns)
  const order = Array.from(bounds.keys()).filter((at) => bounds[at]! > floor)
  order.sort((a, b) => bounds[b]! - bounds[a]!)
  const neurons: Array<Neuron> = []
  for (const at of order) {
    const least = neurons.length < keep ? floor : neurons[keep - 1]!.value
    if (bounds[at]! <= least) break
    const found = best(x, multipliers, patterns, at >> 1, at % 2 === 0 ? 1 : -1)
    if (found.value <= least) continue
    neurons.push(found)
    neurons.sort((a, b) => b.value - a.value)
    neurons.length = Math.min(neurons.length, keep)
  }
  return { value: neurons[0]?.value ?? floor, neurons }
}

/** The best direction of a pattern, for one sign. */
const best = (x: Points, multipliers: Float64Array, patterns: Patterns, pattern: number, sign: 1 | -1): Neuron => {
  const states = column(patterns, pattern)
  const g = multiply(
    x.data,
    multipliers.map((multiplier, i) => sign * multiplier * states[i]!),
    x.dimension,
    1,
    x.count,
    { transposeA: true }
  )
  const projected = projection(x, states, g)
  const value = length(projected)
  return { direction: value > 0 ? projected.map((element) => element / value) : projected, sign, value, pattern }
}

/** For each pattern and sign, at 2 p and 2 p + 1: what the projection of ±Xᵀ D λ on its cone is no longer than. */
const coneBounds = (x: Points, multipliers: Float64Array, patterns: Patterns): Float64Array => {
  const bounds = new Float64Array(2 * patterns.count)
  const { data, count: n, dimension: d } = x
  const squares = Float64Array.from({ length: n }, (_, i) => {
    const row = data.subarray(i * d, (i + 1) * d)
    return dot(row, row)
  })
  for (let from = 0; from < patterns.count; from += CHUNK) {
    const width = Math.min(CHUNK, patterns.count - from)
    const active = new Float64Array(n * width)
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < width; c++) {
        active[i * width + c] = patterns.active[i * patterns.count + from + c]! * multipliers[i]!
      }
    }
    const gradients = multiply(data, active, d, width, n, { transposeA: true })
    const products = multiply(data, gradients, n, width, d)
    const lost = lostByHalfSpaces(products, patterns, from, width, squares)
    for (let c = 0; c < width; c++) {
      let square = 0
      for (let k = 0; k < d; k++) square += gradients[k * width + c]! * gradients[k * width + c]!
      for (const side of [0, 1]) {
        // What is lost is rounded down a little: a bound must not fall below what it bounds.
        const rest = square - lost[2 * c + side]! * (1 - 1e-12)
        bounds[2 * (from + c) + side] = Math.sqrt(Math.max(0, rest)) * (1 + 1e-12)
      }
    }
  }
  return bounds
}

/** For each pattern and sign the most that one point takes from the square of the length, when ±g lies on its wrong side. */
const lostByHalfSpaces = (
  products: Float64Array,
  patterns: Patterns,
  from: number,
  width: number,
  squares: Float64Array
): Float64Array => {
  const lost = new Float64Array(2 * width)
  for (let i = 0; i < squares.length; i++) {
    if (squares[i] === 0) continue
    const [states, inverse] = [i * patterns.count + from, 1 / squares[i]!]
    for (let c = 0; c < width; c++) {
      const product = products[i * width + c]!
      const isOn = patterns.active[states + c] === 1
      const at = 2 * c + (isOn === product < 0 ? 0 : 1)
      const share = product * product * inverse
      if (share > lost[at]!) lost[at] = share
    }
  }
  return lost
}

/**
 * What |λᵀ(X u)₊| exceeds for no u with ‖u‖ ≤ 1, whatever its pattern, in closed form: never below the maximum, often far above.
 *
 * λᵀ(X u)₊ is half of λᵀX u plus half of Σ λᵢ |xᵢᵀu|, and that is at most max over ε ∈ {−1, 1}ⁿ of ‖A ε‖ with columns aᵢ = λᵢ xᵢ, whose
 * square is at most Σ wᵢ · λ₁(A W⁻¹ Aᵀ) for any weights w > 0: here all alike, and ‖aᵢ‖.
 */
export const relaxedBound = ({ data, count, dimension }: Points, multipliers: Float64Array): number => {
  const columns = data.map((element, at) => element * multipliers[Math.floor(at / dimension)]!)
  const linear = new Float64Array(dimension)
  const sizes = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const column = columns.subarray(i * dimension, (i + 1) * dimension)
    for (let k = 0; k < dimension; k++) linear[k]! += column[k]!
    sizes[i] = length(column)
  }
  const even = weightedBound(columns, count, dimension, new Float64Array(count).fill(1))
  return (length(linear) + Math.sqrt(Math.min(even, weightedBound(columns, count, dimension, sizes)))) / 2
}

/** Σ wᵢ · λ₁(Σ aᵢ aᵢᵀ / wᵢ), over the columns with a weight; the others must be 0. */
const weightedBound = (columns: Float64Array, count: number, dimension: number, weights: Float64Array): number => {
  const scaled = columns.map((element, at) => {
    const weight = weights[Math.floor(at / dimension)]!
    return weight > 0 ? element / Math.sqrt(weight) : 0
  })
  const moments = multiply(scaled, scaled, dimension, dimension, count, { transposeA: true })
  const values = eigenvalues(moments, dimension)
  return weights.reduce((sum, weight) => sum + weight, 0) * Math.max(0, ...values)
}

/** A bound from below of the objective of every network, with the factor that made it of λ. */
export interface DualBound {
  readonly value: number
  readonly scale: number
}

/** The bound that multipliers give once they are scaled so that no u exceeds β; `largest` is no less than any |λᵀ(X u)₊|. */
export const dualBound = (
  loss: Loss,
  multipliers: Float64Array,
  y: Float64Array,
  beta: number,
  largest: number
): DualBound => {
  const limit = largest > 0 ? beta / largest : Number.POSITIVE_INFINITY
  const scale = loss.bestScale(multipliers, y, limit)
  const scaled = multipliers.map((multiplier) => multiplier * scale)
  return { value: loss.dual(scaled, y), scale }
}
