/** Singular values and vectors, and what follows from them. */
import { type Arena, inArena, type MakeKernels } from "./Arena.ts"
import { bidiagonalDivideScratch, divideBidiagonal } from "./bidiagonal-divide.ts"
import { iterateQr } from "./bidiagonal-qr.ts"
import { bidiagonalScratch, reduceToBidiagonal } from "./bidiagonal-reduction.ts"
import { multiply } from "./Gemm.ts"
import { checkedScale } from "./power-of-two.ts"
import { applyQ, factorInPlace } from "./Qr.ts"
import { applyReflections, reflectionScratch } from "./reflectors.ts"
import { makePeakPositive } from "./sign-of-vectors.ts"
import { transpose } from "./transpose.ts"
import { upperTriangle } from "./upper-triangle.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

/** A = Σ valuesᵢ leftᵢ rightᵢᵀ. */
export interface Svd {
  /** Descending, none negative; min(m, n) of them. */
  readonly values: Float64Array
  /** Row i is the left singular vector of value i, of m elements. */
  readonly left: Float64Array
  /** Row i is the right singular vector of value i, of n elements; its component of largest magnitude is positive. */
  readonly right: Float64Array
}

/** From so many times as many rows as columns on, a QR factorisation before all else saves time. */
const MUCH_TALLER = 2

export interface SvdOptions {
  /** Vectors that complete both sides to orthonormal bases: m on the left, n on the right. Without it as many as values. */
  readonly full?: boolean
  /** Other kernels than the default ones, where they are compared. */
  readonly makeKernels?: MakeKernels
}

/**
 * The singular value decomposition of an m × n matrix, row-major.
 *
 * Reduction to bidiagonal form by blocks, of the triangular factor where one side is twice the other, then divide and
 * conquer. Error: values to a small multiple of ε times the largest, and vectors orthogonal to as much; where small
 * values need digits of their own, see `JacobiSvd.ts`. Cost, for m ≥ n: 8mn² + 4n³/3 flops, of which all but 2mn² −
 * 2n³/3 are matrix products. Sources: see `bidiagonal-reduction.ts` and `bidiagonal-divide.ts`. Throws `NotFinite` when
 * an element is NaN or infinite, `RangeError` when it would take more than 4 GiB.
 */
export const svd = (a: Float64Array, m: number, n: number, { full = false, makeKernels }: SvdOptions = {}): Svd => {
  const scale = checkedScale(a, m, n)
  const isTall = m >= n
  const [rows, columns] = isTall ? [m, n] : [n, m]
  const scaled = (isTall ? a : transpose(a, m, n)).map((element) => element * scale)
  const { values, long, short } =
    rows >= MUCH_TALLER * columns && !full
      ? withWorkspace((space) => svdOfFactor(space, scaled, rows, columns, makeKernels))
      : inArena((arena) => tallSvd(arena, scaled, rows, columns, full), makeKernels)
  const [left, right] = isTall ? [long, short] : [short, long]
  for (let i = 0; i < columns; i++) {
    makePeakPositive(right.subarray(i * n, (i + 1) * n), left.subarray(i * m, (i + 1) * m))
  }
  return { values: values.map((value) => value / scale), left, right }
}

/** The singular values alone, descending. Cost, for m ≥ n: 4mn² − 4n³/3 flops. */
export const singularValues = (
  a: Float64Array,
  m: number,
  n: number,
  { makeKernels }: Pick<SvdOptions, "makeKernels"> = {}
): Float64Array => {
  const scale = checkedScale(a, m, n)
  const [rows, columns] = m >= n ? [m, n] : [n, m]
  if (columns === 0) return new Float64Array(0)
  const scaled = (m >= n ? a : transpose(a, m, n)).map((element) => element * scale)
  const isLong = rows >= MUCH_TALLER * columns
  const [matrix, height] = isLong
    ? [withWorkspace((space) => triangularFactor(space, scaled, rows, columns).r), columns]
    : [scaled, rows]
  const { diagonal, off } = inArena((arena) => {
    const at = arena.place(matrix.length)
    const scratch = bidiagonalScratch(arena, height, columns)
    arena.floats.set(matrix, at)
    return reduceToBidiagonal(arena, at, height, columns, scratch)
  }, makeKernels)
  iterateQr(diagonal, off)
  return diagonal.map((value) => value / scale).sort((x, y) => y - x)
}

/**
 * The Euclidean condition number: the largest singular value over the smallest; infinite for a singular matrix, 1 for
 * an empty one.
 */
export const conditionNumber = (a: Float64Array, m: number, n: number): number => {
  const values = singularValues(a, m, n)
  if (values.length === 0) return 1
  const smallest = values[values.length - 1]!
  return smallest === 0 ? Number.POSITIVE_INFINITY : values[0]! / smallest
}

/**
 * How many singular values exceed `tolerance` times the largest; max(m, n) ε when left out, which is what round-off
 * leaves of zeros.
 */
export const numericalRank = (a: Float64Array, m: number, n: number, tolerance = defaultTolerance(m, n)): number =>
  countAbove(singularValues(a, m, n), tolerance)

/**
 * The Moore–Penrose inverse, n × m, row-major.
 *
 * Singular values up to `tolerance` times the largest, max(m, n) ε when left out, count as zeros. Cost: as `svd`, and
 * 2mn min(m, n) flops.
 */
export const pseudoInverse = (
  a: Float64Array,
  m: number,
  n: number,
  tolerance = defaultTolerance(m, n)
): Float64Array => {
  const { values, left, right } = svd(a, m, n)
  const rank = countAbove(values, tolerance)
  const weighted = right.slice(0, rank * n).map((x, at) => x / values[Math.floor(at / n)]!)
  return multiply(weighted, left.subarray(0, rank * m), n, m, rank, { transposeA: true })
}

const defaultTolerance = (m: number, n: number): number => Math.max(m, n) * Number.EPSILON

const countAbove = (values: Float64Array, tolerance: number): number => {
  let count = 0
  while (count < values.length && values[count]! > tolerance * values[0]!) count++
  return count
}

interface TallSvd {
  readonly values: Float64Array
  readonly long: Float64Array
  readonly short: Float64Array
}

/** Of an m × n matrix whose elements are of size 1 at most, m ≥ n. */
const tallSvd = (arena: Arena, a: Float64Array, m: number, n: number, full: boolean): TallSvd => {
  const count = full ? m : n
  const [long, short] = [arena.place(count * m), arena.place(n * n)]
  const divide = bidiagonalDivideScratch(arena, n)
  const reduction = bidiagonalScratch(arena, m, n)
  const reflection = reflectionScratch(arena, count, m)
  const f = arena.floats
  // The matrix is done with when its left vectors need the place.
  f.set(a, long)
  const { left, right, ...bidiagonal } = reduceToBidiagonal(arena, long, m, n, reduction)
  f.fill(0, long, long + count * m)
  for (let i = n; i < count; i++) f[long + i * (m + 1)] = 1
  const { values, order } = divideBidiagonal(arena, bidiagonal, { at: long, ld: m }, { at: short, ld: n }, divide)
  applyReflections(arena, left, long, count, m, reflection)
  applyReflections(arena, right, short, n, n, reflection)
  const descending = Array.from(order).reverse()
  for (let i = n; i < count; i++) descending.push(i)
  return {
    values: Float64Array.from({ length: n }, (_, i) => values[descending[i]!]!),
    long: gathered(f.subarray(long), m, descending),
    short: gathered(f.subarray(short), n, descending.slice(0, n))
  }
}

/** The same of a much taller matrix, by the vectors of its triangular factor. */
const svdOfFactor = (
  space: Workspace<"f64">,
  a: Float64Array,
  m: number,
  n: number,
  makeKernels: MakeKernels | undefined
): TallSvd => {
  const { qr, r } = triangularFactor(space, a, m, n)
  const { values, long, short } = inArena((arena) => tallSvd(arena, r, n, n, false), makeKernels)
  const columns = space.matrix(m, n)
  columns.block(0, 0, n, n).set(transpose(long, n, n))
  applyQ(space, qr, columns)
  return { values, long: transpose(columns.toFloat64(), m, n), short }
}

/** A = Q R, and R as an array. */
const triangularFactor = (space: Workspace<"f64">, a: Float64Array, m: number, n: number) => {
  const matrix = space.matrix(m, n)
  matrix.set(a)
  const qr = factorInPlace(space, matrix)
  return { qr, r: upperTriangle(qr.factors) }
}

const gathered = (rows: Float64Array, width: number, order: ReadonlyArray<number>): Float64Array => {
  const result = new Float64Array(order.length * width)
  for (const [to, from] of order.entries()) result.set(rows.subarray(from * width, (from + 1) * width), to * width)
  return result
}
