/**
 * How far a network can be from the best there is: the largest |λᵀ(X u)₊| over ‖u‖ ≤ 1, and the bound from below that follows.
 *
 * A network is optimal when no u exceeds β. Multipliers λ that u exceeds are scaled down until none does; what they then bound, no network
 * of any width can go below. Source: Pilanci and Ergen, ICML 2020, section 3 and theorem 1.
 */
import { multiply } from "../math/linear/Gemm.ts"
import { bringingAllBelowOne } from "../math/linear/power-of-two.ts"
import { eigenvalues } from "../math/linear/SymmetricEigen.ts"
import { dot, length } from "../math/linear/Vector.ts"
import { column, type Patterns } from "./ActivationPatterns.ts"
import { projection } from "./Cone.ts"
import { ConeBound } from "./ConeBound.ts"
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
  /** No u with one of the patterns that were looked at exceeds it. */
  readonly bound: number
  /** How many patterns were looked at: all, unless enough were near before. */
  readonly looked: number
  /** Neurons above the floor, from the largest on, no two of one sign and nearly one direction. */
  readonly neurons: ReadonlyArray<Neuron>
  /** Numbers of the patterns that may have a neuron above the floor, from the largest bound on. */
  readonly near: ReadonlyArray<number>
}

export interface SearchOptions {
  /** What is not above is of no interest: 0 by default. */
  readonly floor?: number
  /** Neurons of interest: 1 by default. */
  readonly keep?: number
  /** The pattern to begin with, 0 by default. */
  readonly from?: number
  /** Ends the look once there are so many patterns and signs above some value: never by default. */
  readonly enough?: { readonly count: number; readonly above: number }
}

const NEVER = { count: Number.POSITIVE_INFINITY, above: 0 }

/** Multipliers further from 1 are scaled: a product that overflowed would rule a cone out. Networks that have diverged have such residuals. */
const FAR = 2 ** 100

/** Patterns that are looked at together. */
const CHUNK = 1024

/** Directions with a larger cosine are nearly one. */
const ALIKE = 0.98

/** Cones that are measured for each neuron that is kept, before the search for unlike ones is given up. */
const TRIALS = 12

/**
 * The largest |λᵀ(X u)₊| over all u with one of the patterns, from both sides: the first neuron has no more, the bound no less. Both agree once `keep` is so
 * large that all cones are measured that might have more; of few neurons kept, a cone that was not measured may.
 *
 * A cone is ruled out by the half spaces of its points, one or some of them; what is left is measured by a projection. Cost: 4 n d flops a pattern, and
 * microseconds for each that one half space does not rule out.
 */
export const overPatterns = (
  x: Points,
  multipliers: Float64Array,
  patterns: Patterns,
  options: SearchOptions = {}
): Maximum => {
  const by = bringingAllBelowOne(multipliers)
  if (by < FAR && by > 1 / FAR) return search(x, multipliers, patterns, options)
  const { floor = 0, enough = NEVER } = options
  const near = multipliers.map((multiplier) => multiplier * by)
  const scaled = { ...options, floor: floor * by, enough: { ...enough, above: enough.above * by } }
  const { bound, neurons, ...rest } = search(x, near, patterns, scaled)
  return { ...rest, bound: bound / by, neurons: neurons.map((neuron) => ({ ...neuron, value: neuron.value / by })) }
}

/** Of multipliers whose squares of products are finite. */
const search = (
  x: Points,
  multipliers: Float64Array,
  patterns: Patterns,
  { floor = 0, keep = 1, from = 0, enough = NEVER }: SearchOptions
): Maximum => {
  const { candidates, looked } = candidatesAbove(floor, x, multipliers, patterns, from, enough)
  const neurons: Array<Neuron> = []
  let [measured, bound] = [0, floor]
  for (const candidate of candidates) {
    const isEnough = neurons.length === keep || measured === keep * TRIALS
    if (isEnough || candidate.bound <= bound) {
      bound = Math.max(bound, candidate.bound)
      if (isEnough) break
    }
    measured++
    const found = best(x, multipliers, patterns, candidate)
    bound = Math.max(bound, found.value)
    const isAlike = ({ sign, direction }: Neuron) => sign === found.sign && dot(direction, found.direction) > ALIKE
    if (found.value > floor && !neurons.some(isAlike)) neurons.push(found)
  }
  neurons.sort((one, other) => other.value - one.value)
  return { bound, looked, neurons, near: [...new Set(candidates.map(({ pattern }) => pattern))] }
}

/** A pattern and a sign, and what its neurons do not exceed. */
interface Candidate {
  readonly pattern: number
  readonly sign: 1 | -1
  readonly bound: number
}

/** The best direction of a candidate. */
const best = (x: Points, multipliers: Float64Array, patterns: Patterns, { pattern, sign }: Candidate): Neuron => {
  const states = column(patterns, pattern)
  const signed = multipliers.map((multiplier, i) => sign * multiplier * states[i]!)
  const projected = projection(x, states, multiply(x.data, signed, x.dimension, 1, x.count, { transposeA: true }))
  const value = length(projected)
  return { direction: value > 0 ? projected.map((element) => element / value) : projected, sign, value, pattern }
}

/** The patterns and signs that are not ruled out, from the largest bound on, and how many patterns were looked at. */
const candidatesAbove = (
  floor: number,
  x: Points,
  multipliers: Float64Array,
  patterns: Patterns,
  first: number,
  enough: { readonly count: number; readonly above: number }
): { readonly candidates: ReadonlyArray<Candidate>; readonly looked: number } => {
  const { count: n, dimension: d } = x
  const squares = Float64Array.from({ length: n }, (_, i) => {
    const row = x.data.subarray(i * d, (i + 1) * d)
    return dot(row, row)
  })
  const [cone, g, candidates] = [new ConeBound(x), new Float64Array(d), [] as Array<Candidate>]
  let [looked, above] = [0, 0]
  while (looked < patterns.count && above < enough.count) {
    const from = (first + looked) % patterns.count
    const width = Math.min(CHUNK, patterns.count - looked, patterns.count - from)
    const gradients = gradientsOf(x, multipliers, patterns, from, width)
    const lost = lostByHalfSpaces(multiply(x.data, gradients, n, width, d), patterns, from, width, squares)
    for (let c = 0; c < width; c++) {
      let square = 0
      for (let k = 0; k < d; k++) square += gradients[k * width + c]! * gradients[k * width + c]!
      for (let side = 0; side < 2; side++) {
        if (square - lost[2 * c + side]! <= floor * floor * (1 - 1e-12)) continue
        const sign = side === 0 ? 1 : -1
        for (let k = 0; k < d; k++) g[k] = sign * gradients[k * width + c]!
        const bound = cone.of(g, patterns.active, from + c, patterns.count, floor)
        if (bound > enough.above) above++
        if (bound > floor) candidates.push({ pattern: from + c, sign, bound })
      }
    }
    looked += width
  }
  return { candidates: candidates.sort((one, other) => other.bound - one.bound), looked }
}

/** Xᵀ D λ for some patterns in a row: dimension × width. */
const gradientsOf = (
  { data, count: n, dimension: d }: Points,
  multipliers: Float64Array,
  patterns: Patterns,
  from: number,
  width: number
): Float64Array => {
  const active = new Float64Array(n * width)
  for (let i = 0; i < n; i++) {
    const [states, multiplier] = [i * patterns.count + from, multipliers[i]!]
    for (let c = 0; c < width; c++) active[i * width + c] = patterns.active[states + c]! * multiplier
  }
  return multiply(data, active, d, width, n, { transposeA: true })
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
