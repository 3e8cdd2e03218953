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
import {
  BOTH,
  combine,
  type Deflation,
  FORGET,
  LOWER,
  mergedRows,
  placeKinds,
  sortedRows,
  UPPER,
  type VectorRows
} from "./divide-and-conquer.ts"
import { bringingBelowOne } from "./power-of-two.ts"
import { type SecularScratch, secularScratch, solveSecular } from "./secular-equation.ts"

/** Up to this order QR is faster. */
const LEAF = 32

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

/** What two parts around the row `middle` are merged into; pole 0, which that row stands for, is the first kept. */
interface Merge extends Deflation {
  /** The power of two that poles and z are multiplied by. */
  readonly scale: number
  readonly poles: ReadonlyArray<number>
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
  const { smallLeft, held, places } = scratch
  const sizes = placeKinds(arena, places, found)
  makeSmallVectors(task, count)
  const middles = Float64Array.from({ length: count }, (_, i) => f[smallLeft + i * count + sizes[UPPER]]!)
  const leftParts = { upper: [from, middle], lower: [middle + 1, to] } as const
  combine(arena, found, left, { small: smallLeft, places, sizes, held, ...leftParts })
  for (let i = 0; i < count; i++) f[left.at + (from + i) * left.ld + middle] = middles[i]!
  const rightParts = { upper: [from, middle + 1], lower: [middle + 1, to + extra] } as const
  combine(arena, found, right, { small: smallRight, places, sizes, held, ...rightParts })
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
  for (const row of mergedRows(task, [from, middle], [middle + 1, to])) {
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
    to,
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
