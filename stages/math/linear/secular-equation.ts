/**
 * The secular equation 1/ρ + Σ zⱼ² / (dⱼ − λ) = 0 of a diagonal matrix and one of rank one.
 *
 * Each root is kept as its distance τ from the nearer pole, so that dⱼ − λ has all its digits; z is then made anew as
 * the one whose roots the computed ones are exactly, and vectors made of both are orthogonal to working precision
 * however close the roots lie. Sources: R.-C. Li, Solving Secular Equations Stably and Efficiently, LAPACK Working Note
 * 89 (1993); Gu and Eisenstat, A Stable and Efficient Algorithm for the Rank-One Modification of the Symmetric
 * Eigenproblem, SIAM J. Matrix Anal. Appl. 15 (1994).
 */
import type { Arena } from "./Arena.ts"

/** Half a unit in the last place of 1. */
const ROUND_OFF = Number.EPSILON / 2

/** Steps of interpolation before bisection alone goes on: four or five are usual. */
const STEPS = 30
/** Halvings that bring any bracket to one number. */
const HALVINGS = 1100

export interface SecularScratch {
  /** Poles, ascending, in the order of which z has its elements. */
  readonly d: number
  readonly z: number
  readonly delta: number
  readonly gaps: number
  readonly squares: number
  readonly sums: number
}

export const secularScratch = (arena: Arena, n: number): SecularScratch => ({
  d: arena.place(n),
  z: arena.place(n),
  delta: arena.place(n),
  gaps: arena.place(n),
  squares: arena.place(n),
  sums: arena.place(3)
})

export interface SecularProblem {
  readonly arena: Arena
  readonly scratch: SecularScratch
  readonly count: number
  readonly rho: number
  /** The poles and the unknown are the squares of what stands in `d`: the problem of singular values. */
  readonly isSquared: boolean
}

/** Root i is pole `origins[i]` and `shifts[i]`; of a squared problem, the squares are. */
export interface SecularRoots {
  readonly origins: Int32Array
  readonly shifts: Float64Array
}

/**
 * All roots, ascending; row i of `to` (count × count) becomes dⱼ − λᵢ, and z at `scratch.z` what belongs to the roots
 * exactly.
 *
 * Poles must be distinct and no zⱼ zero: deflation has seen to that. Cost: about 10 flops a pole, root and step of
 * iteration.
 */
export const solveSecular = (problem: SecularProblem, to: number): SecularRoots => {
  const { arena, scratch, count, isSquared } = problem
  const { kernels, floats: f } = arena
  const roots = { origins: new Int32Array(count), shifts: new Float64Array(count) }
  let length = 0
  for (let j = 0; j < count; j++) length += f[scratch.z + j]! ** 2
  for (let i = 0; i < count; i++) {
    const { origin, tau } = i < count - 1 ? innerRoot(problem, f, i) : lastRoot(problem, f, length)
    roots.origins[i] = origin
    roots.shifts[i] = tau
    kernels.shift(count, scratch.delta, tau, to + i * count)
  }
  f.fill(1, scratch.squares, scratch.squares + count)
  for (let i = 0; i < count; i++) {
    kernels.differences(count, scratch.d, f[scratch.d + i]!, isSquared, scratch.gaps)
    f[scratch.gaps + i] = 1
    kernels.multiplyRatios(count, to + i * count, scratch.gaps, scratch.squares)
  }
  for (let j = 0; j < count; j++) {
    // One of the factors is dⱼ − λⱼ < 0, and all ratios of others are positive.
    const size = Math.sqrt(Math.abs(f[scratch.squares + j]!))
    f[scratch.z + j] = f[scratch.z + j]! < 0 ? -size : size
  }
  return roots
}

interface Root {
  readonly origin: number
  readonly tau: number
}

/** A bracket that only shrinks; interpolation goes by the two poles next to the root. */
interface Search {
  readonly problem: SecularProblem
  readonly f: Float64Array
  /** The lower of the two; the other is the next one. */
  readonly pole: number
  /** How many poles the first of the two sums goes over; the second goes over those that remain. */
  readonly below: number
  /** The pole that τ is measured from. */
  readonly origin: number
  low: number
  high: number
}

/** The root between poles i and i + 1. */
const innerRoot = (problem: SecularProblem, f: Float64Array, i: number): Root => {
  const { scratch } = problem
  measureFrom(problem, f, i)
  const gap = f[scratch.delta + i + 1]!
  const half = gap / 2
  const left: Search = { problem, f, pole: i, below: i + 1, origin: i, low: 0, high: half }
  const { value } = evaluate(left, half)
  const [x, y] = [f[scratch.z + i]! ** 2, f[scratch.z + i + 1]! ** 2]
  const rest = value - (y - x) / half
  if (value > 0) return found(left, within(left, rest, x + y + rest * gap, x * gap))
  measureFrom(problem, f, i + 1)
  const right = { ...left, origin: i + 1, low: -half, high: 0 }
  return found(right, within(right, rest, x + y - rest * gap, -y * gap))
}

/** The root beyond the last pole, by no more than ρ |z|². */
const lastRoot = (problem: SecularProblem, f: Float64Array, length: number): Root => {
  const { scratch, count, rho } = problem
  const last = count - 1
  measureFrom(problem, f, last)
  const end = rho * length
  if (count === 1) return { origin: 0, tau: end }
  const search: Search = { problem, f, pole: last - 1, below: last, origin: last, low: 0, high: end }
  const gap = f[scratch.delta + last - 1]!
  const [x, y] = [f[scratch.z + last - 1]! ** 2, f[scratch.z + last]! ** 2]
  const rest = evaluate(search, end / 2).value - x / (gap - end / 2) + y / (end / 2)
  return found(search, within(search, rest, x + y + rest * gap, y * gap))
}

const found = (search: Search, guess: number): Root => ({ origin: search.origin, tau: iterate(search, guess) })

const measureFrom = ({ arena, scratch, count, isSquared }: SecularProblem, f: Float64Array, origin: number): void =>
  arena.kernels.differences(count, scratch.d, f[scratch.d + origin]!, isSquared, scratch.delta)

interface Evaluation {
  readonly value: number
  /** Derivatives of the sums over the poles on the left and on the right. */
  readonly slopes: readonly [left: number, right: number]
  /** Bound on the rounding error of the value, in units of round-off. */
  readonly error: number
}

const evaluate = ({ problem, f, below }: Search, tau: number): Evaluation => {
  const { arena, scratch, count, rho } = problem
  const { delta, z, sums } = scratch
  arena.kernels.secularSums(below, delta, z, tau, sums)
  const [left, leftSlope, leftPartial] = [f[sums]!, f[sums + 1]!, f[sums + 2]!]
  arena.kernels.secularSums(count - below, delta + below, z + below, tau, sums)
  const [right, rightSlope, rightPartial] = [f[sums]!, f[sums + 1]!, f[sums + 2]!]
  const sizes = 8 * (Math.abs(left) + Math.abs(right)) + Math.abs(leftPartial) + Math.abs(rightPartial)
  return {
    value: 1 / rho + left + right,
    slopes: [leftSlope, rightSlope],
    error: sizes + 1 / rho + Math.abs(tau) * (leftSlope + rightSlope)
  }
}

/** From a first guess to the root, to working precision. */
const iterate = (search: Search, guess: number): number => {
  let tau = guess
  let before = Number.POSITIVE_INFINITY
  let isWeightFixed = false
  for (let step = 0; step < STEPS + HALVINGS; step++) {
    const evaluation = evaluate(search, tau)
    const size = Math.abs(evaluation.value)
    if (size <= ROUND_OFF * evaluation.error) return tau
    if (evaluation.value < 0) search.low = Math.max(search.low, tau)
    else search.high = Math.min(search.high, tau)
    // A scheme that gains less than a digit gives way to the other.
    if (size > before / 10) isWeightFixed = !isWeightFixed
    before = size
    const next = step < STEPS ? tau + interpolate(search, evaluation, tau, isWeightFixed) : search.low
    const inside = next > search.low && next < search.high ? next : (search.low + search.high) / 2
    if (inside === tau || inside === search.low || inside === search.high) return tau
    tau = inside
  }
  return tau
}

/**
 * The step to the zero of c + s / (x − η) + t / (y − η), x and y being the distances of the two poles.
 *
 * It agrees with the function in value and slope: either the sums on both sides do so each, or the pole that τ is
 * measured from has its own weight.
 */
const interpolate = (
  { problem: { scratch }, f, pole, origin }: Search,
  { value, slopes: [left, right] }: Evaluation,
  tau: number,
  isWeightFixed: boolean
): number => {
  const [x, y] = [f[scratch.delta + pole]! - tau, f[scratch.delta + pole + 1]! - tau]
  const slope = left + right
  const [own, other] = origin === pole ? [x, y] : [y, x]
  const c = isWeightFixed
    ? value - other * slope - (own - other) * (f[scratch.z + origin]! / own) ** 2
    : value - x * left - y * right
  const step = roots(c, (x + y) * value - x * y * slope, x * y * value).find((eta) => eta * value < 0)
  return step ?? -value / slope
}

/** The root of c τ² − a τ + b inside the bracket; its middle where rounding has left none. */
const within = ({ low, high }: Search, c: number, a: number, b: number): number =>
  roots(c, a, b).find((tau) => tau > low && tau < high) ?? (low + high) / 2

/** Both roots of c x² − a x + b, without cancellation. */
const roots = (c: number, a: number, b: number): readonly [number, number] => {
  const root = Math.sqrt(Math.max(0, a * a - 4 * b * c))
  const q = (a >= 0 ? a + root : a - root) / 2
  return [b / q, q / c]
}
