/** What a transform of one length needs: the passes and their twiddle factors, in the memory of the transform. */
import type { ComplexSpace } from "./ComplexSpace.ts"
import { rootsOfUnity, someRoots } from "./roots-of-unity.ts"

export type Radix = 2 | 3 | 4 | 5

export interface PlannedPass {
  readonly radix: Radix
  readonly m: number
  readonly s: number
  readonly table: number
}

/** Stockham's algorithm: a pass for each factor. Lengths 2ᵃ 3ᵇ 5ᶜ. */
export interface Stockham {
  readonly _tag: "Stockham"
  readonly n: number
  readonly passes: ReadonlyArray<PlannedPass>
}

/**
 * A long transform of n = rows · columns numbers as `columns` transforms of length `rows` and `rows` transforms of length `columns`, each of which stays in
 * the cache. Source: D. H. Bailey, FFTs in External or Hierarchical Memory, Journal of Supercomputing 4 (1990).
 */
export interface TwoSteps {
  readonly _tag: "TwoSteps"
  readonly n: number
  readonly rows: Stockham
  readonly columns: Stockham
  /** e^(2πi j / n) for j < 2^bits, and for the multiples of 2^bits. */
  readonly fine: number
  readonly coarse: number
  readonly bits: number
}

/**
 * A transform of any length as a convolution with c_j = e^(πi j² / n), of a length 2ᵃ 3ᵇ 5ᶜ. Source: L. I. Bluestein, A Linear Filtering Approach to
 * the Computation of the Discrete Fourier Transform, IEEE Transactions on Audio and Electroacoustics 18 (1970).
 */
export interface Chirp {
  readonly _tag: "Chirp"
  readonly n: number
  readonly inner: Stockham | TwoSteps
  readonly chirp: number
  /** Where the transform of the chirp lies, divided by the inner length. The plan is made with the chirp itself there. */
  readonly spectrum: number
}

export type FourierPlan = Stockham | TwoSteps | Chirp

/** The factors 4, 5, 3 and 2 of a length, in the order of the passes; `undefined` when it has others. */
const radicesOf = (n: number): ReadonlyArray<Radix> | undefined => {
  const found: Array<Radix> = []
  let rest = n
  for (const radix of [5, 3, 4, 2] as const) {
    for (; rest % radix === 0; rest /= radix) found.push(radix)
  }
  if (rest !== 1) return undefined
  // Fours go to both ends, where they take and leave columns of a matrix, and where the last pass is spared its factors.
  const fours = found.filter((radix) => radix === 4)
  return [...fours.slice(1, 2), ...found.filter((radix) => radix !== 4), ...fours.slice(2), ...fours.slice(0, 1)]
}

/** The least length 2ᵃ 3ᵇ 5ᶜ from `least` ≥ 1 on: a few percent above. */
export const smoothLength = (least: number): number => {
  let n = least
  while (radicesOf(n) === undefined) n++
  return n
}

/** Beyond this length a line and its copy leave the second-level cache. */
const LONGEST_LINE = 8192

/** The plan of a length from 1 on. Its tables take up to 2n numbers of the space, 10n for lengths with factors beyond 5. */
export const makePlan = (n: number, space: ComplexSpace): FourierPlan =>
  radicesOf(n) === undefined ? chirp(n, space) : smooth(n, space)

const smooth = (n: number, space: ComplexSpace): Stockham | TwoSteps => {
  const rows = n > LONGEST_LINE ? middleDivisor(n) : 1
  return rows === 1 ? stockham(n, space) : twoSteps(n, rows, space)
}

const stockham = (n: number, space: ComplexSpace): Stockham => {
  const roots = rootsOfUnity(n)
  const passes: Array<PlannedPass> = []
  let s = 1
  for (const radix of radicesOf(n) ?? []) {
    const m = n / s / radix
    passes.push({ radix, m, s, table: space.place(passTable(roots, radix, m, s)) })
    s *= radix
  }
  return { _tag: "Stockham", n, passes }
}

/** e^(2πi p k / (R m)) for each p < m, and k from 1 to R − 1. */
const passTable = (roots: Float64Array, radix: Radix, m: number, s: number): Float64Array => {
  const table = new Float64Array(2 * m * (radix - 1))
  let at = 0
  for (let p = 0; p < m; p++) {
    for (let k = 1; k < radix; k++) {
      table[at++] = roots[2 * p * k * s]!
      table[at++] = roots[2 * p * k * s + 1]!
    }
  }
  return table
}

/** The divisor of n next to √n from below. */
const middleDivisor = (n: number): number => {
  let divisor = Math.floor(Math.sqrt(n))
  while (n % divisor !== 0) divisor--
  return divisor
}

const twoSteps = (n: number, rows: number, space: ComplexSpace): TwoSteps => {
  const columns = n / rows
  let bits = 0
  while (2 ** bits < columns) bits++
  const step = 2 ** bits
  return {
    _tag: "TwoSteps",
    n,
    rows: stockham(rows, space),
    columns: stockham(columns, space),
    fine: space.place(someRoots(n, 1, step)),
    coarse: space.place(someRoots(n, step, Math.ceil(n / step))),
    bits
  }
}

const chirp = (n: number, space: ComplexSpace): Chirp => {
  const length = smoothLength(2 * n - 1)
  const factors = chirpOf(n)
  const impulse = new Float64Array(2 * length)
  for (let j = 0; j < n; j++) {
    for (const place of [j, (length - j) % length]) {
      impulse[2 * place] = factors[2 * j]! / length
      impulse[2 * place + 1] = factors[2 * j + 1]! / length
    }
  }
  return {
    _tag: "Chirp",
    n,
    inner: smooth(length, space),
    chirp: space.place(factors),
    spectrum: space.place(impulse)
  }
}

/** e^(πi j² / n) for j < n; the squares are kept modulo 2n, so that no digits are lost. */
const chirpOf = (n: number): Float64Array => {
  const roots = rootsOfUnity(2 * n)
  const factors = new Float64Array(2 * n)
  let square = 0
  for (let j = 0; j < n; j++) {
    factors[2 * j] = roots[2 * square]!
    factors[2 * j + 1] = roots[2 * square + 1]!
    square = (square + 2 * j + 1) % (2 * n)
  }
  return factors
}
