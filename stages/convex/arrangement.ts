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
import { dot, length } from "../math/linear/Vector.ts"
import { fromRows, mostPatterns, type Patterns, rankOf } from "./ActivationPatterns.ts"
import {
  type Classes,
  classify,
  complementOf,
  inRowSpace,
  normalised,
  type Rows,
  restricted,
  rowOf
} from "./hyperplanes.ts"
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

/** Half of the cells: the states of all rows in each, the first being on, and a point inside. */
interface Cells {
  /** cells × rows, of 0 and 1. */
  readonly states: Uint8Array
  /** cells × dimension. */
  readonly insides: Float64Array
  readonly count: number
  /** The rows that they are cells of: those that have come so far. */
  readonly hyperplanes: number
}

/**
 * Every pattern 1[X u ≥ 0] that has an interior; points at 0 are on in all. Throws `TooManyPatterns` where the bound of `mostPatterns` is above
 * `limit`.
 *
 * Cost: about n d operations a pattern, times d; the last steps have most of it.
 */
export class Arrangement {
  private readonly x: Points
  /** The points that are not 0, and those of which no two are parallel. */
  private readonly kept: ReadonlyArray<number>
  private readonly classes: Classes
  private cells: Cells

  constructor(x: Points, limit: number) {
    const rank = rankOf(x)
    const possible = mostPatterns(x.count, rank)
    if (possible > limit) throw new TooManyPatterns({ rows: x.count, rank, possible, limit })
    this.x = x
    this.kept = Array.from({ length: x.count }, (_, i) => i).filter((i) => length(rowOf(x, i)) > 0)
    this.classes = classify(normalised(inRowSpace(x, rank), this.kept))
    this.cells = this.kept.length === 0 ? NOWHERE : firstCell(this.classes.rows)
  }

  /** Hyperplanes that are left to come. */
  get left(): number {
    return Math.max(0, this.classes.rows.count - this.cells.hyperplanes)
  }

  /** One more hyperplane. */
  step(): void {
    this.cells = withNext(this.cells, this.classes.rows)
  }

  /** The patterns, once no hyperplane is left: each beside its opposite. */
  patterns(): Patterns {
    const { kept, x } = this
    if (kept.length === 0) return { rows: x.count, count: 1, active: new Uint8Array(x.count).fill(1) }
    const { states, count } = ofAllRows(this.cells, this.classes)
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
}

/** The patterns at once. */
export const enumerate = (x: Points, limit: number): Patterns => {
  const arrangement = new Arrangement(x, limit)
  while (arrangement.left > 0) arrangement.step()
  return arrangement.patterns()
}

const NOWHERE: Cells = { states: new Uint8Array(), insides: new Float64Array(), count: 0, hyperplanes: 0 }

/** The half space of the first row. */
const firstCell = (rows: Rows): Cells => ({
  states: Uint8Array.of(1),
  insides: rowOf(rows, 0).slice(),
  count: 1,
  hyperplanes: 1
})

/** Cells of the hyperplanes so far, cut by the next one. */
const withNext = (cells: Cells, { data, dimension }: Rows): Cells => {
  const k = cells.hyperplanes
  const rows = { data, count: k, dimension }
  return cut(cells, rows, data.subarray(k * dimension, (k + 1) * dimension))
}

/** Half of the cells of rows of length 1, in the space that they may not even span. */
const cellsOf = (rows: Rows): Cells => {
  const classes = classify(rows)
  let cells = firstCell(classes.rows)
  while (cells.hyperplanes < classes.rows.count) cells = withNext(cells, classes.rows)
  return ofAllRows(cells, classes)
}

/** The states of all rows, where those of one row of each class are known. */
const ofAllRows = ({ states, insides, count, hyperplanes }: Cells, { classOf, isAlike }: Classes): Cells => {
  const all = new Uint8Array(count * classOf.length)
  for (let cell = 0; cell < count; cell++) {
    for (let i = 0; i < classOf.length; i++) {
      all[cell * classOf.length + i] = states[cell * hyperplanes + classOf[i]!]! === isAlike[i]! ? 1 : 0
    }
  }
  return { states: all, insides, count, hyperplanes: classOf.length }
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
  return { states, insides, count: added, hyperplanes: k + 1 }
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
