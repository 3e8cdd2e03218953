/**
 * All activation patterns of points: the cells of the hyperplanes that they are normal to.
 *
 * Hyperplanes come one by one. A new one cuts those cells that its own cells, as an arrangement on the hyperplane, are the shares of; so the cells
 * in d dimensions follow from those in d − 1. Each cell has a point inside of it. One of each pair of opposite cells is kept: the one with the
 * first point on. Points in special position, as multiples of each other, or three planes through a line, are treated like all others: what
 * decides is whether a point lies in a hyperplane, up to rounding.
 *
 * Source: Edelsbrunner, O'Rourke, Seidel, Constructing Arrangements of Lines and Hyperplanes, SIAM J. Comput. 15 (1986); Cover (1965) for the count.
 */
import { Schema } from "effect"
import { multiply } from "../math/linear/Gemm.ts"
import { svd } from "../math/linear/Svd.ts"
import { dot, length } from "../math/linear/Vector.ts"
import { fromRows, mostPatterns, type Patterns, rankOf } from "./ActivationPatterns.ts"
import { Signatures } from "./Signatures.ts"
import type { Points } from "./tensors.ts"

/** There may be more patterns than are to be listed. */
export class TooManyPatterns extends Schema.TaggedError<TooManyPatterns>()("TooManyPatterns", {
  rows: Schema.Int,
  rank: Schema.Int,
  possible: Schema.Number,
  limit: Schema.Int
}) {
  override get message(): string {
    const possible = this.possible < 1e15 ? String(this.possible) : this.possible.toExponential(2)
    return `${this.rows} points of rank ${this.rank} may have ${possible} patterns, more than the ${this.limit} that are listed: sample them instead`
  }
}

/** What is this much smaller than its row lies in a hyperplane. */
const FLAT = 1e-11

/** Rows of one length, and for each how many it has. */
interface Rows {
  readonly data: Float64Array
  readonly count: number
  readonly dimension: number
}

/** Half of the cells: the states of all rows in each, the first being on, and a point inside. */
interface Cells {
  /** cells × rows, of 0 and 1. */
  readonly states: Uint8Array
  /** cells × dimension. */
  readonly insides: Float64Array
  readonly count: number
}

/**
 * Every pattern 1[X u ≥ 0] that has an interior; points at 0 are on in all. Throws `TooManyPatterns` where the bound of `mostPatterns` is above
 * `limit`.
 *
 * Cost: about n d operations a pattern, times d.
 */
export const enumerate = (x: Points, limit: number): Patterns => {
  const rank = rankOf(x)
  const possible = mostPatterns(x.count, rank)
  if (possible > limit) throw new TooManyPatterns({ rows: x.count, rank, possible, limit })
  const sizes = Float64Array.from({ length: x.count }, (_, i) => length(rowOf(x, i)))
  const kept = Array.from(sizes.keys()).filter((i) => sizes[i]! > 0)
  if (kept.length === 0) return { rows: x.count, count: 1, active: new Uint8Array(x.count).fill(1) }
  const { states, count } = cellsOf(normalised(inRowSpace(x, rank), kept))
  const all = new Uint8Array(2 * count * x.count).fill(1)
  for (let cell = 0; cell < count; cell++) {
    for (const [at, i] of kept.entries()) {
      const state = states[cell * kept.length + at]!
      all[2 * cell * x.count + i] = state
      all[(2 * cell + 1) * x.count + i] = 1 - state
    }
  }
  return fromRows(all, x.count, 2 * count)
}

const rowOf = ({ data, dimension }: Rows, i: number): Float64Array => data.subarray(i * dimension, (i + 1) * dimension)

/** The points in coordinates of the space that they span. */
const inRowSpace = (x: Points, rank: number): Rows => {
  if (rank === x.dimension) return x
  const basis = svd(x.data, x.count, x.dimension).right.subarray(0, rank * x.dimension)
  const data = multiply(x.data, basis, x.count, rank, x.dimension, { transposeB: true })
  return { data, count: x.count, dimension: rank }
}

/** Some rows, each brought to length 1. */
const normalised = (rows: Rows, which: ReadonlyArray<number>): Rows => {
  const data = new Float64Array(which.length * rows.dimension)
  for (const [at, i] of which.entries()) {
    const row = rowOf(rows, i)
    const size = length(row)
    data.set(
      row.map((element) => element / size),
      at * rows.dimension
    )
  }
  return { data, count: which.length, dimension: rows.dimension }
}

/** Rows of length 1, where those that are parallel to an earlier one stand for it or its opposite. */
interface Classes {
  readonly rows: Rows
  /** For each row its class, and whether it has the direction of it. */
  readonly classOf: Int32Array
  readonly isAlike: Uint8Array
}

const classify = (rows: Rows): Classes => {
  const { count, dimension } = rows
  const [classOf, isAlike] = [new Int32Array(count), new Uint8Array(count)]
  const first: Array<number> = []
  for (let i = 0; i < count; i++) {
    const row = rowOf(rows, i)
    let [found, cosine] = [-1, 0]
    for (let c = 0; c < first.length && found === -1; c++) {
      cosine = dot(row, rowOf(rows, first[c]!))
      if (Math.abs(cosine) > 0.9 && sineOf(row, rowOf(rows, first[c]!), cosine) < FLAT) found = c
    }
    classOf[i] = found === -1 ? first.push(i) - 1 : found
    isAlike[i] = found === -1 || cosine > 0 ? 1 : 0
  }
  const data = new Float64Array(first.length * dimension)
  for (const [c, i] of first.entries()) data.set(rowOf(rows, i), c * dimension)
  return { rows: { data, count: first.length, dimension }, classOf, isAlike }
}

/** |x − cos · y|. */
const sineOf = (x: Float64Array, y: Float64Array, cosine: number): number => {
  let sum = 0
  for (let k = 0; k < x.length; k++) sum += (x[k]! - cosine * y[k]!) ** 2
  return Math.sqrt(sum)
}

/** Half of the cells of rows of length 1, in the space that they may not even span. */
const cellsOf = (rows: Rows): Cells => {
  const { rows: distinct, classOf, isAlike } = classify(rows)
  const { states, insides, count } = cellsOfDistinct(distinct)
  const all = new Uint8Array(count * rows.count)
  for (let cell = 0; cell < count; cell++) {
    for (let i = 0; i < rows.count; i++) {
      all[cell * rows.count + i] = states[cell * distinct.count + classOf[i]!]! === isAlike[i]! ? 1 : 0
    }
  }
  return { states: all, insides, count }
}

/** The same for rows of which no two are parallel: one after the other cuts the cells of those before. */
const cellsOfDistinct = (rows: Rows): Cells => {
  const { count, dimension } = rows
  let cells: Cells = { states: Uint8Array.of(1), insides: rowOf(rows, 0).slice(), count: 1 }
  for (let k = 1; k < count; k++) {
    const before = { data: rows.data.subarray(0, k * dimension), count: k, dimension }
    cells = cut(cells, before, rowOf(rows, k))
  }
  return cells
}

/** The cells after one more hyperplane. */
const cut = (cells: Cells, rows: Rows, normal: Float64Array): Cells => {
  const { count: k, dimension } = rows
  const basis = complementOf(normal)
  const shares = cellsOf(
    normalised(
      restricted(rows, basis),
      Array.from({ length: k }, (_, i) => i)
    )
  )
  const states = new Uint8Array((cells.count + shares.count) * (k + 1))
  const insides = new Float64Array((cells.count + shares.count) * dimension)
  insides.set(cells.insides)
  const known = new Signatures(k)
  for (let cell = 0; cell < cells.count; cell++) {
    known.add(cells.states, cell * k)
    states.set(cells.states.subarray(cell * k, (cell + 1) * k), cell * (k + 1))
    states[cell * (k + 1) + k] =
      dot(cells.insides.subarray(cell * dimension, (cell + 1) * dimension), normal) >= 0 ? 1 : 0
  }
  let added = cells.count
  for (let share = 0; share < shares.count; share++) {
    const cell = known.find(shares.states, share * k)
    // A share of no cell is one that rounding made up.
    if (cell === -1) continue
    const [on, off] = besides(rows, normal, basis, shares.insides.subarray(share * (dimension - 1)), 1)
    states.set(shares.states.subarray(share * k, (share + 1) * k), added * (k + 1))
    states[cell * (k + 1) + k] = 1
    insides.set(on, cell * dimension)
    insides.set(off, added * dimension)
    added++
  }
  return { states, insides, count: added }
}

/** An orthonormal basis of the vectors orthogonal to one of length 1: rows of a reflection that takes it to an axis. */
const complementOf = (normal: Float64Array): Float64Array => {
  const d = normal.length
  const v = normal.slice()
  v[0]! += normal[0]! >= 0 ? 1 : -1
  const factor = 2 / dot(v, v)
  const basis = new Float64Array((d - 1) * d)
  for (let r = 1; r < d; r++) {
    for (let k = 0; k < d; k++) basis[(r - 1) * d + k] = (r === k ? 1 : 0) - factor * v[r]! * v[k]!
  }
  return basis
}

/** The rows in coordinates of a basis. */
const restricted = ({ data, count, dimension }: Rows, basis: Float64Array): Rows => {
  const inner = dimension - 1
  const result = new Float64Array(count * inner)
  for (let i = 0; i < count; i++) {
    for (let r = 0; r < inner; r++) {
      let sum = 0
      for (let k = 0; k < dimension; k++) sum += data[i * dimension + k]! * basis[r * dimension + k]!
      result[i * inner + r] = sum
    }
  }
  return { data: result, count, dimension: inner }
}

/** Points on both sides of a hyperplane, near one inside of it: half as far away as the next row. */
const besides = (
  { data, count, dimension }: Rows,
  normal: Float64Array,
  basis: Float64Array,
  inside: Float64Array,
  farthest: number
): readonly [Float64Array, Float64Array] => {
  const point = new Float64Array(dimension)
  for (let r = 0; r < dimension - 1; r++) {
    for (let k = 0; k < dimension; k++) point[k]! += inside[r]! * basis[r * dimension + k]!
  }
  let step = farthest
  for (let i = 0; i < count; i++) {
    let [own, across] = [0, 0]
    for (let k = 0; k < dimension; k++) {
      own += data[i * dimension + k]! * point[k]!
      across += data[i * dimension + k]! * normal[k]!
    }
    const [distance, slope] = [Math.abs(own), Math.abs(across)]
    if (2 * step * slope > distance) step = distance / (2 * slope)
  }
  const side = (sign: number): Float64Array => {
    const moved = point.map((element, k) => element + sign * step * normal[k]!)
    const size = length(moved)
    return moved.map((element) => element / size)
  }
  return [side(1), side(-1)]
}
