/**
 * The step of one piece: the solution of the linear equations
 *
 *   curvature dy − matrixᵀ dz = −dual residual,   matrix · dy − ds = −primal residual,   W dz + W⁻¹ ds = aim
 *
 * of which the first, where variables are shared, is a sum over pieces. Near the optimum W is large and small at once, and the equations of the shared
 * variables alone know few digits of a step: what it leaves of all of these is solved for again, and added.
 */
import type { ConeScaling } from "./ConeScaling.ts"
import { zeros } from "./parts.ts"
import type { PieceData } from "./piece-data.ts"
import { addSquare, mirror, rotateInto, sparsestFirst } from "./rotations.ts"

/** What of a constraint is rounding, relative to its terms: to mend it a step would be as much longer as its multiplier is larger than its slack. */
export const NOISE = 2 ** -50

export class PieceStep {
  readonly dy: Float64Array
  readonly ds: Float64Array
  readonly dz: Float64Array
  /** What is left of the normal matrix for the shared variables. */
  readonly shared: Float64Array
  private readonly data: PieceData
  private readonly scaling: ConeScaling
  private readonly rows: number
  private readonly width: number
  private curvature = 0
  /** Rows in the order in which they are taken, that of the curvature first. */
  private readonly order: ReadonlyArray<number>
  private readonly scaled: Float64Array
  /** R of the own variables: own × width. */
  private readonly triangle: Float64Array
  /** Right sides of the equations, of the first two with the other sign. */
  private dual: Float64Array = new Float64Array()
  private primal: Float64Array = new Float64Array()
  private aim: Float64Array = new Float64Array()
  /** What the step leaves of them. */
  private readonly dualLeft: Float64Array
  private readonly primalLeft: Float64Array
  private readonly aimLeft: Float64Array
  /** Scratch: variables and rows. */
  private readonly rhs: Float64Array
  private readonly change: Float64Array
  private readonly column: Float64Array

  constructor(data: PieceData, scaling: ConeScaling) {
    const [rows, width] = [data.offset.length, data.own + data.shared]
    this.data = data
    this.scaling = scaling
    this.rows = rows
    this.width = width
    ;[this.dy, this.dualLeft, this.rhs, this.change] = zeros(4, width)
    ;[this.ds, this.dz, this.primalLeft, this.aimLeft, this.column] = zeros(5, rows)
    this.order = [rows, ...sparsestFirst(data.matrix, rows, width)]
    this.scaled = new Float64Array((rows + 1) * width)
    this.triangle = new Float64Array(data.own * width)
    this.shared = new Float64Array(data.shared * data.shared)
  }

  /**
   * Eliminates the own variables: R of the orthogonal factors of W⁻¹ · matrix, with √curvature for one more row, in its first columns, and
   * what is left of the others.
   *
   * By rotations, since in the normal equations what is left would be a small difference of large numbers. Cost: 6 flops for each row, own variable and
   * column that are not 0.
   */
  factor(curvature: number): void {
    const { column, data, order, rows, scaled, scaling, shared, triangle, width } = this
    this.curvature = curvature
    for (let j = 0; j < width; j++) {
      for (let i = 0; i < rows; i++) column[i] = data.matrix[i * width + j]!
      scaling.divide(column)
      for (let i = 0; i < rows; i++) scaled[i * width + j] = column[i]!
    }
    scaled.fill(0, rows * width)
    scaled[rows * width] = Math.sqrt(curvature)
    triangle.fill(0)
    shared.fill(0)
    for (const row of order) {
      const at = row * width
      if (rotateInto(triangle, data.own, width, scaled, at)) addSquare(shared, data.shared, scaled, at + data.own)
    }
    mirror(shared, data.shared)
  }

  /** A step of 0, for these residuals and this aim. */
  begin(dualResidual: Float64Array, primalResidual: Float64Array, aim: Float64Array): void {
    this.dual = dualResidual
    this.primal = primalResidual
    this.aim = aim
    for (const part of [this.dy, this.ds, this.dz]) part.fill(0)
    for (let j = 0; j < this.width; j++) this.dualLeft[j] = -dualResidual[j]!
    for (let i = 0; i < this.rows; i++) this.primalLeft[i] = -primalResidual[i]!
    this.aimLeft.set(aim)
  }

  /** What is left of the equations. */
  measure(): void {
    const { aimLeft, column, data, dualLeft, dy, ds, dz, primalLeft, scaling, width } = this
    for (let j = 0; j < width; j++) dualLeft[j] = -this.dual[j]!
    dualLeft[0]! -= this.curvature * dy[0]!
    for (let i = 0; i < ds.length; i++) {
      let sum = ds[i]! - this.primal[i]!
      let size = Math.abs(ds[i]!) + Math.abs(this.primal[i]!)
      for (let j = 0; j < width; j++) {
        const entry = data.matrix[i * width + j]!
        sum -= entry * dy[j]!
        size += Math.abs(entry * dy[j]!)
        dualLeft[j]! += entry * dz[i]!
      }
      primalLeft[i] = Math.abs(sum) > NOISE * size ? sum : 0
    }
    column.set(ds)
    scaling.divide(column)
    for (let i = 0; i < ds.length; i++) aimLeft[i] = this.aim[i]! - column[i]!
    column.set(dz)
    scaling.multiply(column)
    for (let i = 0; i < ds.length; i++) aimLeft[i]! -= column[i]!
  }

  /** What the shared variables are to solve for, own ones eliminated. */
  reduced(): Float64Array {
    const { aimLeft, column, data, primalLeft, rhs, scaling, triangle, width } = this
    column.set(primalLeft)
    scaling.divide(column)
    for (let i = 0; i < column.length; i++) column[i]! += aimLeft[i]!
    scaling.divide(column)
    rhs.set(this.dualLeft)
    for (let i = 0; i < column.length; i++) {
      for (let j = 0; j < width; j++) rhs[j]! += data.matrix[i * width + j]! * column[i]!
    }
    for (let k = 0; k < data.own; k++) {
      rhs[k]! /= triangle[k * width + k]!
      for (let j = k + 1; j < width; j++) rhs[j]! -= triangle[k * width + j]! * rhs[k]!
    }
    return rhs.subarray(data.own)
  }

  /** Adds to the step what solves for the rest, once its shared part is known. */
  add(shared: Float64Array): void {
    const { aimLeft, change, column, data, ds, dy, dz, primalLeft, rhs, scaling, triangle, width } = this
    change.set(shared, data.own)
    for (let k = data.own - 1; k >= 0; k--) {
      let sum = rhs[k]!
      for (let j = k + 1; j < width; j++) sum -= triangle[k * width + j]! * change[j]!
      change[k] = sum / triangle[k * width + k]!
    }
    for (let j = 0; j < width; j++) dy[j]! += change[j]!
    for (let i = 0; i < ds.length; i++) {
      let sum = -primalLeft[i]!
      for (let j = 0; j < width; j++) sum += data.matrix[i * width + j]! * change[j]!
      column[i] = sum
      ds[i]! += sum
    }
    scaling.divide(column)
    for (let i = 0; i < dz.length; i++) column[i] = aimLeft[i]! - column[i]!
    scaling.divide(column)
    for (let i = 0; i < dz.length; i++) dz[i]! += column[i]!
  }
}
