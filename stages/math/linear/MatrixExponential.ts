/** The exponential of a matrix, and what it does to vectors. */

import { Data } from "effect"
import { exp } from "../special/Elementary.ts"
import * as Lu from "./Lu.ts"
import type { Matrix } from "./Matrix.ts"
import { oneNorm } from "./Norm.ts"
import { bringingBelowOne, checkedScale } from "./power-of-two.ts"
import { addScaled, largest, scale } from "./Vector.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

/** e^A would have an element beyond the largest number. */
export class ExponentialOverflow extends Data.TaggedError("ExponentialOverflow")<{
  /** The largest sum of magnitudes in a column of A. */
  readonly norm: number
}> {
  override get message(): string {
    return `the exponential of a matrix of norm ${this.norm} exceeds the largest number`
  }
}

/** A Padé approximant of e^A, from order m to m. */
interface Approximant {
  readonly order: number
  /** Largest size for which it is exact to working precision. */
  readonly theta: number
  /** Of A⁰ … Aᵐ in the numerator; in the denominator signs alternate. */
  readonly coefficients: ReadonlyArray<number>
  /** What the first power beyond is divided by in the error. */
  readonly divisor: number
}

const SMALL: ReadonlyArray<Approximant> = [
  { order: 3, theta: 1.495585217958292e-2, coefficients: [120, 60, 12, 1], divisor: 100_800 },
  {
    order: 5,
    theta: 2.53939833006323e-1,
    coefficients: [30_240, 15_120, 3360, 420, 30, 1],
    divisor: 10_059_033_600
  },
  {
    order: 7,
    theta: 9.504178996162932e-1,
    coefficients: [17_297_280, 8_648_640, 1_995_840, 277_200, 25_200, 1512, 56, 1],
    divisor: 4_487_938_430_976_000
  },
  {
    order: 9,
    theta: 2.097847961257068,
    coefficients: [
      17_643_225_600, 8_821_612_800, 2_075_673_600, 302_702_400, 30_270_240, 2_162_160, 110_880, 3960, 90, 1
    ],
    divisor: 5.914384781877411e21
  }
]

const LARGE: Approximant = {
  order: 13,
  theta: 4.25,
  coefficients: [
    64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600, 1_187_353_796_428_800, 129_060_195_264_000,
    10_559_470_521_600, 670_442_572_800, 33_522_128_640, 1_323_241_920, 40_840_800, 960_960, 16_380, 182, 1
  ],
  divisor: 1.1325077560602111e35
}

/** Half a unit in the last place of 1. */
const ROUND_OFF = Number.EPSILON / 2

/**
 * e^A of an n × n matrix, row-major.
 *
 * Padé approximation of order 3 to 13 after scaling by 2⁻ˢ, then s squarings, s by the norms of A⁴ and A⁶, which for a
 * matrix far from normal are far below those powers of the norm of A. Backward error about ε for normal matrices. Cost:
 * 2n³ flops for each of 3 to 7 products and s squarings, and a system of equations. Source: Al-Mohy and Higham, A New
 * Scaling and Squaring Algorithm for the Matrix Exponential, SIAM J. Matrix Anal. Appl. 31 (2009), algorithm 5.1, with
 * bounds in place of the norms of A⁸ and A¹⁰. Throws `NotFinite` for an infinity or NaN in A, `ExponentialOverflow`
 * when e^A has one, `RangeError` when A is not n × n.
 */
export const expm = (a: Float64Array, n: number): Float64Array => {
  checkedScale(a, n, n)
  if (n === 0) return new Float64Array(0)
  const found = withWorkspace((space) => scaledAndSquared(space, a, n))
  if (found === undefined || !isBounded(found)) throw new ExponentialOverflow({ norm: oneNorm(a, n) })
  return found
}

const isBounded = (x: Float64Array): boolean => largest(x) < Number.POSITIVE_INFINITY

/** `undefined` where even powers exceed all numbers. */
const scaledAndSquared = (space: Workspace<"f64">, a: Float64Array, n: number): Float64Array | undefined => {
  const powers = new Powers(space, a, n)
  const approximant = SMALL.find((each) => powers.isSmallFor(each)) ?? LARGE
  const squarings = approximant === LARGE ? powers.squarings(LARGE) : 0
  powers.scaleBy(squarings)
  const first = approximate(space, powers, approximant)
  if (first === undefined) return undefined
  let result = first
  let spare = space.matrix(n, n)
  for (let s = 0; s < squarings; s++) {
    space.multiply(spare, result, result)
    ;[result, spare] = [spare, result]
  }
  return result.toFloat64()
}

/** A and its even powers, made when they are asked for; held for A times a power of two that keeps them from overflow. */
class Powers {
  readonly n: number
  /** Element k is power 2k, but for element 0, which is A itself. */
  private readonly held: Array<Matrix<"f64">>
  private readonly norms: Array<number>
  private readonly space: Workspace<"f64">
  private readonly a: Float64Array
  /** A times this is held: at first for a norm up to 1. */
  private factor: number

  constructor(space: Workspace<"f64">, a: Float64Array, n: number) {
    const norm = oneNorm(a, n)
    this.space = space
    this.n = n
    this.factor = norm > 1 ? bringingBelowOne(norm) : 1
    this.a = a.map((element) => element * this.factor)
    const first = space.matrix(n, n)
    first.set(this.a)
    this.held = [first]
    this.norms = [oneNorm(this.a, n)]
  }

  get first(): Matrix<"f64"> {
    return this.held[0]!
  }

  /** A², A⁴, A⁶ or A⁸ for `half` from 1 to 4. */
  even(half: number): Matrix<"f64"> {
    const known = this.held[half]
    if (known !== undefined) return known
    const [left, right] = half === 1 ? [this.first, this.first] : [this.even(half - 1), this.even(1)]
    const power = this.space.matrix(this.n, this.n)
    this.space.multiply(power, left, right)
    this.held[half] = power
    this.norms[half] = oneNorm(power.data, this.n)
    return power
  }

  /** Whether an approximant does without scaling. */
  isSmallFor(approximant: Approximant): boolean {
    const { order, theta } = approximant
    if (order === 3) return this.isBelow(0, theta) && this.isExact(approximant, 0)
    const [lower, higher] = order === 5 ? [1, 2] : [2, 3]
    return this.isBelow(lower, theta) && this.isBelow(higher, theta) && this.isExact(approximant, 0)
  }

  /** The least s for which 2⁻ˢ A is small enough. */
  squarings(approximant: Approximant): number {
    const { theta } = approximant
    let s = 0
    while (!(this.isBelow(2, theta * 2 ** s) && this.isBelow(3, theta * 2 ** s))) s++
    while (!this.isExact(approximant, s)) s++
    return s
  }

  /** From now on powers are those of 2⁻ˢ A. */
  scaleBy(s: number): void {
    const by = 2 ** -s / this.factor
    this.factor *= by
    for (const [half, power] of this.held.entries()) {
      // One factor after the other: their product may be infinite where the power is 0, as that of a nilpotent matrix.
      for (let k = 0; k < Math.max(1, 2 * half); k++) scale(power.data, by)
    }
  }

  /** Whether ‖A^p‖ ≤ bound^p, p being twice `half`, or 1. */
  private isBelow(half: number, bound: number): boolean {
    if (half > 0) this.even(half)
    const limit = bound * this.factor
    let power = half === 0 ? limit : 1
    for (let k = 0; k < 2 * half; k++) power *= limit
    return this.norms[half]! <= power
  }

  /** Whether the first power of 2⁻ˢ |A| that the approximant leaves out is round-off, beside the first. */
  private isExact({ order, divisor }: Approximant, s: number): boolean {
    const { n, a } = this
    let sums = new Float64Array(n).fill(1)
    const by = 2 ** -s / this.factor
    for (let k = 0; k < 2 * order + 1; k++) {
      const next = new Float64Array(n)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) next[j]! += sums[i]! * Math.abs(a[i * n + j]!)
      }
      sums = k === 0 ? next : next.map((sum) => sum * by)
    }
    const norm = this.norms[0]!
    return norm === 0 || largest(sums) / norm / divisor <= ROUND_OFF
  }
}

/** Y ← Y + α X. Of matrices, and not of views: making one of them may empty those of the other. */
const addTo = (y: Matrix<"f64">, alpha: number, x: Matrix<"f64">): void => addScaled(y.data, alpha, x.data)

/** Numerator over denominator: (even + odd) / (even − odd) powers; `undefined` where these exceed all numbers. */
const approximate = (
  space: Workspace<"f64">,
  powers: Powers,
  { order, coefficients }: Approximant
): Matrix<"f64"> | undefined => {
  const { n } = powers
  const sum = (from: number, to: number): Matrix<"f64"> => {
    const result = space.matrix(n, n)
    for (let k = from; k <= to; k += 2) {
      const coefficient = coefficients[k]!
      const half = (k - from) / 2
      if (half === 0) for (let i = 0; i < n; i++) result.row(i)[i] = coefficient
      else addTo(result, coefficient, powers.even(half))
    }
    return result
  }
  const [even, inner] = order < 13 ? [sum(0, order - 1), sum(1, order)] : [sum(0, 6), sum(1, 7)]
  if (order === 13) {
    // A⁶ times what the higher powers leave of it.
    for (const [target, from] of [
      [even, 8],
      [inner, 9]
    ] as const) {
      const high = space.matrix(n, n)
      for (let half = 1; half <= 3; half++) {
        addTo(high, coefficients[from + 2 * (half - 1)]!, powers.even(half))
      }
      space.multiply(target, powers.even(3), high, { accumulate: true })
    }
  }
  const odd = space.matrix(n, n)
  space.multiply(odd, powers.first, inner)
  const [numerator, denominator, pivots] = [space.matrix(n, n), space.matrix(n, n), space.matrix(1, n)]
  numerator.set(even.data)
  denominator.set(even.data)
  addTo(numerator, 1, odd)
  addTo(denominator, -1, odd)
  if (!isBounded(denominator.data)) return undefined
  Lu.factorInPlace(space, denominator, pivots)
  Lu.solveInPlace(space, denominator, pivots, numerator)
  return numerator
}

/**
 * Terms of the Taylor series, and the largest size of A for which they are exact to working precision.
 *
 * More terms would take fewer products, but of size θ they are up to e^θ times their sum, and leave as much more round-off.
 */
const TERMS: ReadonlyArray<readonly [terms: number, theta: number]> = [
  [1, 2.29e-16],
  [2, 2.58e-8],
  [3, 1.39e-5],
  [4, 3.4e-4],
  [5, 2.4e-3],
  [7, 2.38e-2],
  [9, 8.96e-2],
  [11, 2.14e-1],
  [13, 4e-1],
  [15, 6.41e-1],
  [18, 1.09],
  [20, 1.44],
  [25, 2.43],
  [30, 3.54]
]

/**
 * e^A B of an n × n matrix and an n × columns one, without e^A.
 *
 * A truncated Taylor series in as many steps as the norm of A, less the mean of its diagonal, asks for: about 9 ‖A‖₁ +
 * 10 products with A, of 2n² flops a column. Source: Al-Mohy and Higham, Computing the Action of the Matrix
 * Exponential, SIAM J. Sci. Comput. 33 (2011), algorithm 3.2, with ‖A‖₁ in place of norms of powers. Throws as `expm`
 * does, and `RangeError` for a norm that asks for more than `MOST_STEPS`: they would not end.
 */
export const expmTimes = (a: Float64Array, n: number, b: Float64Array, columns = 1): Float64Array => {
  checkedScale(a, n, n)
  checkedScale(b, n, columns)
  if (n === 0) return new Float64Array(0)
  const found = withWorkspace((space) => steppedThrough(space, a, n, b, columns))
  if (!(largest(found) < Number.POSITIVE_INFINITY)) throw new ExponentialOverflow({ norm: oneNorm(a, n) })
  return found
}

/** Hours, for a small matrix. */
const MOST_STEPS = 1e9

const steppedThrough = (
  space: Workspace<"f64">,
  a: Float64Array,
  n: number,
  b: Float64Array,
  columns: number
): Float64Array => {
  let mean = 0
  for (let i = 0; i < n; i++) mean += a[i * (n + 1)]! / n
  const [matrix, result] = [space.matrix(n, n), space.matrix(n, columns)]
  let [term, next] = [space.matrix(n, columns), space.matrix(n, columns)]
  matrix.set(a)
  for (let i = 0; i < n; i++) matrix.row(i)[i]! -= mean
  result.set(b)
  const norm = oneNorm(matrix.data, n)
  const { terms, steps } = cheapest(norm)
  if (steps > MOST_STEPS) throw new RangeError(`a norm of ${norm} asks for ${steps} steps: take expm`)
  const growth = exp(mean / steps)
  for (let step = 0; step < steps; step++) {
    term.set(result.data)
    let before = largest(term.data)
    for (let k = 1; k <= terms; k++) {
      space.multiply(next, matrix, term, { alpha: 1 / (steps * k) })
      ;[term, next] = [next, term]
      addTo(result, 1, term)
      const size = largest(term.data)
      if (before + size <= ROUND_OFF * largest(result.data)) break
      before = size
    }
    scale(result.data, growth)
  }
  return result.toFloat64()
}

/** Terms and steps with the fewest products. */
const cheapest = (norm: number): { readonly terms: number; readonly steps: number } => {
  let best = { terms: 0, steps: 1 }
  for (const [terms, theta] of norm === 0 ? [] : TERMS) {
    const steps = Math.max(1, Math.ceil(norm / theta))
    if (best.terms === 0 || terms * steps < best.terms * best.steps) best = { terms, steps }
  }
  return best
}
