/**
 * Divide and conquer on an upper bidiagonal matrix: two parts and the row between them, which makes a matrix of a
 * diagonal and one full row.
 *
 * Sources: Gu and Eisenstat, A Divide-and-Conquer Algorithm for the Bidiagonal SVD, SIAM J. Matrix Anal. Appl. 16
 * (1995); deflation as in LAPACK's dlasd2.
 */
import type { Arena } from "./Arena.ts"
import { iterateQr } from "./bidiagonal-qr.ts"
import type { Bidiagonal } from "./bidiagonal-reduction.ts"
import { bringingBelowOne } from "./power-of-two.ts"
import { type SecularScratch, secularScratch, solveSecular } from "./secular-equation.ts"

/** Up to this order QR is faster. */
const LEAF = 32

/** What a merge may forget, relative to its matrix. */
const FORGET = 4 * Number.EPSILON

/** Where rows of singular vectors lie. */
export interface VectorRows {
  readonly at: number
  readonly ld: number
}

export interface BidiagonalDivideScratch {
  readonly smallLeft: number
  readonly smallRight: number
  readonly held: number
  readonly places: number
  readonly images: number
  readonly secular: SecularScratch
}

export const bidiagonalDivideScratch = (arena: Arena, n: number): BidiagonalDivideScratch => ({
  smallLeft: arena.place(n * n),
  smallRight: arena.place(n * n),
  // The row of pole 0 is held in both halves.
  held: arena.place((n + 1) * (n + 1)),
  places: arena.place(n),
  images: arena.place(n),
  secular: secularScratch(arena, n)
})

/** Value i is that of row i of the vectors; `order` lists them ascending. */
export interface BidiagonalSvd {
  readonly values: Float64Array
  readonly order: Int32Array
}

/**
 * The singular value decomposition of a bidiagonal matrix whose elements are of size 1 at most.
 *
 * The leading n × n of `left` and `right`, zeros before, become singular vectors, as rows. Error: ε, absolute, and
 * vectors are orthogonal as well. Cost: 8n³/3 flops as matrix products, and less the more deflates.
 */
export const divideBidiagonal = (
  arena: Arena,
  { diagonal, off }: Bidiagonal,
  left: VectorRows,
  right: VectorRows,
  scratch: BidiagonalDivideScratch
): BidiagonalSvd => {
  const n = diagonal.length
  const task: Task = {
    arena,
    f: arena.floats,
    scratch,
    left,
    right,
    d: diagonal.slice(),
    off,
    order: new Int32Array(n)
  }
  divide(task, 0, n, 0)
  return { values: task.d, order: task.order }
}

interface Task {
  readonly arena: Arena
  readonly f: Float64Array
  readonly scratch: BidiagonalDivideScratch
  readonly left: VectorRows
  readonly right: VectorRows
  /** The diagonal; of parts that are done, singular values. */
  readonly d: Float64Array
  readonly off: Float64Array
  /** Of parts that are done, their rows by ascending value. */
  readonly order: Int32Array
}

/**
 * Rows from … to − 1, and one column more than rows when `extra` is 1. The right vector of the extra column is row
 * `to`.
 */
const divide = (task: Task, from: number, to: number, extra: number): void => {
  if (to - from <= LEAF) {
    solveLeaf(task, from, to, extra)
    return
  }
  const middle = (from + to) >>> 1
  divide(task, from, middle, 1)
  divide(task, middle + 1, to, extra)
  merge(task, from, middle, to, extra)
}

const solveLeaf = ({ f, left, right, d, off, order }: Task, from: number, to: number, extra: number): void => {
  const size = to - from
  const sides = { left: identity(size), right: identity(size + extra) }
  iterateQr(d.subarray(from, to), off.slice(from, to - 1 + extra), sides)
  for (const [{ data, width }, { at, ld }] of [
    [sides.left, left],
    [sides.right, right]
  ] as const) {
    for (let i = 0; i < width; i++) f.set(data.subarray(i * width, (i + 1) * width), at + (from + i) * ld + from)
  }
  order.subarray(from, to).set(sortedRows(d, from, to))
}

const identity = (width: number): { readonly data: Float64Array; readonly width: number } => {
  const data = new Float64Array(width * width)
  for (let i = 0; i < width; i++) data[i * (width + 1)] = 1
  return { data, width }
}

/** Rows from … to − 1 by ascending value; of equals, the first comes first. */
const sortedRows = (d: Float64Array, from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i).sort((i, j) => d[i]! - d[j]! || i - j)

/** In which part a row of vectors has its elements: where a rotation has mixed two rows, in both. */
const UPPER = 0
const BOTH = 1
const LOWER = 2

/** What two parts are merged into: rows from … to − 1 around the row `middle`. */
interface Merge {
  readonly from: number
  readonly middle: number
  readonly to: number
  readonly extra: number
  /** The power of two that values and z are multiplied by. */
  readonly scale: number
  /** The row that pole 0 stands for, then the rows that the secular equation is about, by ascending value. */
  readonly kept: ReadonlyArray<number>
  /** Poles and z of them, scaled. */
  readonly poles: ReadonlyArray<number>
  readonly z: ReadonlyArray<number>
  readonly gone: ReadonlyArray<number>
  /** By row, from the first of the part. */
  readonly kinds: Uint8Array
}

const merge = (task: Task, from: number, middle: number, to: number, extra: number): void => {
  const { arena, f, scratch, left, right, d, order } = task
  const largest = largestOf(task, from, middle, to)
  if (largest === 0) {
    f[left.at + middle * left.ld + middle] = 1
    order.subarray(from, to).set(sortedRows(d, from, to))
    return
  }
  const found = deflate(task, from, middle, to, extra, largest)
  const { kept, poles, gone, scale } = found
  const count = kept.length
  const { secular, smallRight } = scratch
  f.set(poles, secular.d)
  f.set(found.z, secular.z)
  const { origins, shifts } = solveSecular({ arena, scratch: secular, count, rho: 1, isSquared: true }, smallRight)
  const values = Float64Array.from(shifts, (shift, i) => {
    const pole = poles[origins[i]!]!
    return (pole + shift / (pole + Math.sqrt(pole * pole + shift))) / scale
  })
  const goneValues = gone.map((row) => d[row]!)
  const sizes = placeKinds(task, found)
  makeSmallVectors(task, count)
  const middles = Float64Array.from({ length: count }, (_, i) => f[scratch.smallLeft + i * count + sizes[UPPER]]!)
  combine(task, found, sizes, left, scratch.smallLeft, [from, middle], [middle + 1, to])
  for (let i = 0; i < count; i++) f[left.at + (from + i) * left.ld + middle] = middles[i]!
  combine(task, found, sizes, right, smallRight, [from, middle + 1], [middle + 1, to + extra])
  d.set(values, from)
  d.set(goneValues, from + count)
  order.subarray(from, to).set(sortedRows(d, from, to))
}

/** Of the values of both parts and the two elements of the row between. */
const largestOf = ({ d, off }: Task, from: number, middle: number, to: number): number => {
  let largest = Math.max(Math.abs(d[middle]!), Math.abs(off[middle]!))
  for (let row = from; row < to; row++) largest = Math.max(largest, Math.abs(d[row]!))
  return largest
}

/**
 * Sets aside what is a singular triple already: rows that the row between does not reach, and one of each two of the
 * same value.
 */
const deflate = (task: Task, from: number, middle: number, to: number, extra: number, largest: number): Merge => {
  const { arena, f, left, right, d, off } = task
  const { rotate } = arena.kernels
  const [alpha, beta] = [d[middle]!, off[middle]!]
  const width = to - from
  const scale = bringingBelowOne(largest)
  const tolerance = FORGET * largest * scale
  const kinds = Uint8Array.from({ length: width }, (_, i) => (from + i < middle ? UPPER : LOWER))
  kinds[middle - from] = BOTH
  const z = Float64Array.from({ length: width + extra }, (_, i) => {
    const row = right.at + (from + i) * right.ld
    return scale * (from + i <= middle ? alpha * f[row + middle]! : beta * f[row + middle + 1]!)
  })
  const first = meetNullVectors(task, z, from, middle, to, extra, tolerance)
  const kept: Array<number> = []
  const gone: Array<number> = []
  let last = -1
  for (const row of rowsBeside(task, from, middle, to)) {
    if (Math.abs(z[row - from]!) <= tolerance) {
      gone.push(row)
      continue
    }
    if (last >= 0 && (d[row]! - d[last]!) * scale <= tolerance) {
      const [x, y] = [z[last - from]!, z[row - from]!]
      const length = Math.sqrt(x * x + y * y)
      z[row - from] = length
      if (kinds[last - from] !== kinds[row - from]) kinds[last - from] = kinds[row - from] = BOTH
      const [c, s] = [y / length, -x / length]
      const place = ({ at, ld }: VectorRows, i: number): number => at + i * ld + from
      rotate(width, place(left, last), place(left, row), c, s)
      rotate(width + extra, place(right, last), place(right, row), c, s)
      gone.push(last)
    } else if (last >= 0) kept.push(last)
    last = row
  }
  if (last >= 0) kept.push(last)
  return {
    from,
    middle,
    to,
    extra,
    scale,
    kept: [middle, ...kept],
    // Of poles more than a tolerance apart, one alone may lie so near to pole 0.
    poles: [0, ...kept.map((row) => Math.max(d[row]! * scale, tolerance / 2))],
    z: [first, ...kept.map((row) => z[row - from]!)],
    gone,
    kinds
  }
}

/**
 * Rotates what both parts have of the row between into the row of pole 0, and leaves the right vector of the extra
 * column; z of pole 0.
 */
const meetNullVectors = (
  { arena, right: { at, ld } }: Task,
  z: Float64Array,
  from: number,
  middle: number,
  to: number,
  extra: number,
  tolerance: number
): number => {
  const own = z[middle - from]!
  if (extra === 0) return Math.abs(own) <= tolerance ? tolerance : own
  const other = z[to - from]!
  const length = Math.sqrt(own * own + other * other)
  if (length <= tolerance) return tolerance
  arena.kernels.rotate(to - from + 1, at + middle * ld + from, at + to * ld + from, own / length, other / length)
  return length
}

/** Rows of both parts by ascending value. */
const rowsBeside = ({ d, order }: Task, from: number, middle: number, to: number): Int32Array => {
  const rows = new Int32Array(to - from - 1)
  let [i, j] = [from, middle + 1]
  for (let at = 0; at < rows.length; at++) {
    const isLeft = j === to || (i < middle && d[order[i]!]! <= d[order[j]!]!)
    rows[at] = isLeft ? order[i++]! : order[j++]!
  }
  return rows
}

type Sizes = readonly [upper: number, both: number, lower: number]

/** Where each pole has its column among the small vectors: by kind, pole 0 first of those in both parts. */
const placeKinds = ({ arena, scratch }: Task, { kept, kinds, from }: Merge): Sizes => {
  const sizes: [number, number, number] = [0, 0, 0]
  for (const row of kept) sizes[kinds[row - from]!]!++
  const next = [0, sizes[UPPER], sizes[UPPER] + sizes[BOTH]]
  const places = arena.integers.subarray(2 * scratch.places)
  for (const [at, row] of kept.entries()) places[at] = next[kinds[row - from]!]!++
  return sizes
}

/** Of each row dⱼ² − ω² of the secular equation, the right vector zⱼ / (dⱼ² − ω²) and its image, of length 1. */
const makeSmallVectors = ({ arena, f, scratch }: Task, count: number): void => {
  const { ratios, products, scatterUnit } = arena.kernels
  const { smallLeft, smallRight, places, images, secular } = scratch
  for (let i = 0; i < count; i++) {
    const row = smallRight + i * count
    ratios(count, secular.z, row, secular.gaps)
    products(count, secular.d, secular.gaps, images)
    f[images] = -1
    scatterUnit(count, images, places, smallLeft + i * count)
    scatterUnit(count, secular.gaps, places, row)
  }
}

/**
 * New vectors of one side: combinations of the old ones, which have elements in the columns `upper` and `lower`; then
 * what has deflated.
 */
const combine = (
  { arena, f, scratch }: Task,
  { from, to, kept, gone, kinds }: Merge,
  sizes: Sizes,
  { at, ld }: VectorRows,
  small: number,
  upper: readonly [number, number],
  lower: readonly [number, number]
): void => {
  const count = kept.length
  const places = arena.integers.subarray(2 * scratch.places)
  const [left, right] = [upper[1] - upper[0], lower[1] - lower[0]]
  const [up, down] = [sizes[UPPER] + sizes[BOTH], sizes[BOTH] + sizes[LOWER]]
  const second = scratch.held + up * left
  for (const [index, row] of kept.entries()) {
    const kind = kinds[row - from]!
    const place = places[index]!
    const start = at + row * ld
    if (kind !== LOWER) f.copyWithin(scratch.held + place * left, start + upper[0], start + upper[1])
    if (kind !== UPPER) f.copyWithin(second + (place - sizes[UPPER]) * right, start + lower[0], start + lower[1])
  }
  const width = lower[1] - from
  const rest = second + down * right
  for (const [index, row] of gone.entries()) {
    f.copyWithin(rest + index * width, at + row * ld + from, at + row * ld + from + width)
  }
  for (let row = from; row < to; row++) f.fill(0, at + row * ld + from, at + row * ld + from + width)
  const target = at + from * ld
  const { gemm } = arena.kernels
  gemm(
    count,
    left,
    up,
    1,
    { at: small, rs: count, cs: 1 },
    { at: scratch.held, rs: left, cs: 1 },
    target + upper[0],
    ld
  )
  const columns = { at: small + sizes[UPPER], rs: count, cs: 1 }
  gemm(count, right, down, 1, columns, { at: second, rs: right, cs: 1 }, target + lower[0], ld)
  for (let i = 0; i < gone.length; i++) {
    f.copyWithin(target + (count + i) * ld + from, rest + i * width, rest + (i + 1) * width)
  }
}
