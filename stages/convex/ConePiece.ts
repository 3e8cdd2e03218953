/** One piece of a convex program: a few variables of its own and some shared ones, in a cone, with a cost. */
import { ConeScaling } from "./ConeScaling.ts"
import { addSquare, reflect } from "./reflections.ts"

/** A smooth convex function of one number. */
export interface Curve {
  readonly value: (at: number) => number
  readonly slope: (at: number) => number
  readonly curvature: (at: number) => number
}

/**
 * Minimise costᵀ y + curve(y₀) over y = (own, shared) with matrix · y + offset in the cone.
 *
 * The shared variables are a signed sum of blocks of the program's variables, Σ signs[i] · block(blocks[i]), or the scalar product of that
 * with `row`.
 */
export interface PieceData {
  readonly own: number
  readonly shared: number
  readonly matrix: Float64Array
  readonly offset: Float64Array
  /** Rows of the matrix that are non-negative numbers; those that follow are one second-order cone. */
  readonly linear: number
  readonly cost: Float64Array
  readonly curve?: Curve
  readonly blocks: Int32Array
  readonly signs: Float64Array
  readonly row?: Float64Array
}

/** How far inside of a linear constraint a start may be. */
const INSIDE = 0.01

/** A piece with its point, its multipliers and the linear algebra of one step of the interior-point method. */
export class ConePiece {
  readonly data: PieceData
  readonly width: number
  readonly scaling: ConeScaling
  /** y = (own, shared). */
  readonly y: Float64Array
  /** matrix · y + offset, once the residual is gone. */
  readonly s: Float64Array
  readonly z: Float64Array
  readonly dy: Float64Array
  readonly ds: Float64Array
  readonly dz: Float64Array
  /** matrix · y + offset − s. */
  readonly primalResidual: Float64Array
  /** Gradient of the cost less matrixᵀ z. */
  readonly dualResidual: Float64Array
  /** What is left of the normal matrix for the shared variables: its lower triangle. */
  readonly shared: Float64Array
  private readonly rows: number
  private readonly scaled: Float64Array
  private readonly column: Float64Array
  private readonly rhs: Float64Array

  constructor(data: PieceData, shared: Float64Array) {
    this.data = data
    this.width = data.own + data.shared
    const rows = data.offset.length
    this.scaling = new ConeScaling(rows, data.linear)
    this.y = new Float64Array(this.width).fill(1, 0, data.own)
    this.y.set(shared, data.own)
    this.dy = new Float64Array(this.width)
    ;[this.s, this.z] = [new Float64Array(rows), new Float64Array(rows)]
    ;[this.ds, this.dz] = [new Float64Array(rows), new Float64Array(rows)]
    this.primalResidual = new Float64Array(rows)
    this.dualResidual = new Float64Array(this.width)
    this.rows = rows
    this.scaled = new Float64Array((rows + 1) * this.width)
    this.column = new Float64Array(rows)
    this.shared = new Float64Array(data.shared * data.shared)
    this.rhs = new Float64Array(this.width)
    this.begin()
  }

  /** s where the point has it if it is well inside there, and else at 1, as z. */
  private begin(): void {
    const { data, primalResidual, s, z } = this
    this.measure()
    for (let i = 0; i < s.length; i++) {
      z[i] = i <= data.linear ? 1 : 0
      s[i] = i < data.linear && primalResidual[i]! > INSIDE ? primalResidual[i]! : z[i]!
    }
  }

  get cost(): number {
    const { cost, curve } = this.data
    let sum = curve?.value(this.y[0]!) ?? 0
    for (let i = 0; i < this.width; i++) sum += cost[i]! * this.y[i]!
    return sum
  }

  get gap(): number {
    let sum = 0
    for (let i = 0; i < this.s.length; i++) sum += this.s[i]! * this.z[i]!
    return sum
  }

  /** Residuals at the point as it is. */
  measure(): void {
    const { data, width, y, s, z, primalResidual, dualResidual } = this
    dualResidual.set(data.cost)
    if (data.curve !== undefined) dualResidual[0]! += data.curve.slope(y[0]!)
    for (let i = 0; i < s.length; i++) {
      let sum = data.offset[i]! - s[i]!
      for (let j = 0; j < width; j++) {
        const entry = data.matrix[i * width + j]!
        sum += entry * y[j]!
        dualResidual[j]! -= entry * z[i]!
      }
      primalResidual[i] = sum
    }
  }

  /**
   * Takes the scaling of the point, and eliminates the own variables: R of the orthogonal factors of W⁻¹ · matrix, with √curvature for one
   * more row, in its first columns, and what is left of the others.
   *
   * By reflections, since in the normal equations what is left would be a small difference of large numbers.
   */
  factor(): void {
    const { data, rows, scaled, shared, width } = this
    this.scaling.update(this.s, this.z)
    this.scale()
    for (let k = 0; k < data.own; k++) reflect(scaled, rows + 1, width, k)
    shared.fill(0)
    for (let row = data.own; row <= rows; row++) addSquare(shared, data.shared, scaled, row * width + data.own)
  }

  /** W⁻¹ · matrix, and the row of the curvature. */
  private scale(): void {
    const { column, data, rows, scaled, scaling, width } = this
    for (let j = 0; j < width; j++) {
      for (let i = 0; i < rows; i++) column[i] = data.matrix[i * width + j]!
      scaling.divide(column)
      for (let i = 0; i < rows; i++) scaled[i * width + j] = column[i]!
    }
    scaled.fill(0, rows * width)
    if (data.curve !== undefined) scaled[rows * width] = Math.sqrt(data.curve.curvature(this.y[0]!))
  }

  /**
   * Right-hand side of the step for which W dz + W⁻¹ ds is `aim`; what the shared variables are to solve for is given back, own ones
   * eliminated.
   */
  prepare(aim: Float64Array): Float64Array {
    const { data, dz, rhs, scaled, scaling, width } = this
    const scaledResidual = Float64Array.from(this.primalResidual)
    scaling.divide(scaledResidual)
    for (let i = 0; i < dz.length; i++) dz[i] = aim[i]! - scaledResidual[i]!
    scaling.divide(dz)
    for (let j = 0; j < width; j++) rhs[j] = -this.dualResidual[j]!
    for (let i = 0; i < dz.length; i++) {
      for (let j = 0; j < width; j++) rhs[j]! += data.matrix[i * width + j]! * dz[i]!
    }
    for (let k = 0; k < data.own; k++) {
      rhs[k]! /= scaled[k * width + k]!
      for (let j = k + 1; j < width; j++) rhs[j]! -= scaled[k * width + j]! * rhs[k]!
    }
    return rhs.subarray(data.own)
  }

  /** What is left of the normal matrix for the shared variables, times their values. */
  sharedNormalTimes(x: Float64Array): Float64Array {
    const { shared: order } = this.data
    const product = new Float64Array(order)
    for (let i = 0; i < order; i++) {
      for (let j = 0; j <= i; j++) {
        const entry = this.shared[i * order + j]!
        product[i]! += entry * x[j]!
        if (j < i) product[j]! += entry * x[i]!
      }
    }
    return product
  }

  /** The step of own variables, s and z, once that of the shared ones is known. */
  complete(aim: Float64Array, shared: Float64Array): void {
    const { data, width, scaled, rhs, dy, ds, dz, scaling } = this
    dy.set(shared, data.own)
    for (let k = data.own - 1; k >= 0; k--) {
      let sum = rhs[k]!
      for (let j = k + 1; j < width; j++) sum -= scaled[k * width + j]! * dy[j]!
      dy[k] = sum / scaled[k * width + k]!
    }
    for (let i = 0; i < ds.length; i++) {
      let sum = this.primalResidual[i]!
      for (let j = 0; j < width; j++) sum += data.matrix[i * width + j]! * dy[j]!
      ds[i] = sum
    }
    dz.set(ds)
    scaling.divide(dz)
    for (let i = 0; i < dz.length; i++) dz[i] = aim[i]! - dz[i]!
    scaling.divide(dz)
  }

  /** What Mehrotra's corrector aims at: λ⁻¹ ∘ (σμ e − λ ∘ λ − (W⁻¹ ds) ∘ (W dz)) with the step of the predictor. */
  correctedAim(target: number): Float64Array {
    const { ds, dz, scaling } = this
    const [s, z] = [Float64Array.from(ds), Float64Array.from(dz)]
    scaling.divide(s)
    scaling.multiply(z)
    const aim = ConeScaling.product(scaling.linear, s, z)
    const squares = ConeScaling.product(scaling.linear, scaling.lambda, scaling.lambda)
    for (let i = 0; i < aim.length; i++) aim[i] = (i <= scaling.linear ? target : 0) - squares[i]! - aim[i]!
    scaling.unproduct(aim)
    return aim
  }

  /** The longest step of s and z, at most infinite. */
  get longestStep(): number {
    const { scaling } = this
    return Math.min(scaling.longestStep(this.s, this.ds), scaling.longestStep(this.z, this.dz))
  }

  /** By how much the slope of the curve after a part of the step misses the one that its curvature promises: 0 without a curve. */
  bendAlong(length: number): number {
    const { curve } = this.data
    if (curve === undefined) return 0
    const [at, change] = [this.y[0]!, length * this.dy[0]!]
    return Math.abs(curve.slope(at + change) - curve.slope(at) - curve.curvature(at) * change)
  }

  step(length: number): void {
    for (let j = 0; j < this.width; j++) this.y[j]! += length * this.dy[j]!
    for (let i = 0; i < this.s.length; i++) {
      this.s[i]! += length * this.ds[i]!
      this.z[i]! += length * this.dz[i]!
    }
  }
}
