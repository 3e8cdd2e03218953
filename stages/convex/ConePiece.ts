/** One piece of a convex program: a few variables of its own and some shared ones, in a cone, with a cost. */
import { ConeScaling } from "./ConeScaling.ts"
import { NOISE, PieceStep } from "./PieceStep.ts"
import type { PieceData } from "./piece-data.ts"

/** How far inside of a linear constraint a start may be. */
const INSIDE = 0.01

/** A piece with its point and its multipliers. */
export class ConePiece {
  readonly data: PieceData
  readonly scaling: ConeScaling
  /** y = (own, shared). */
  readonly y: Float64Array
  /** matrix · y + offset, once the residual is gone. */
  readonly s: Float64Array
  readonly z: Float64Array
  /** matrix · y + offset − s. */
  readonly primalResidual: Float64Array
  /** Gradient of the cost less matrixᵀ z. */
  readonly dualResidual: Float64Array
  /** The step under way. */
  readonly step: PieceStep

  constructor(data: PieceData, shared: Float64Array) {
    const [rows, width] = [data.offset.length, data.own + data.shared]
    this.data = data
    this.scaling = new ConeScaling(rows, data.linear)
    this.y = new Float64Array(width).fill(1, 0, data.own)
    this.y.set(shared, data.own)
    ;[this.s, this.z] = [new Float64Array(rows), new Float64Array(rows)]
    this.primalResidual = new Float64Array(rows)
    this.dualResidual = new Float64Array(width)
    this.step = new PieceStep(data, this.scaling)
    this.begin()
  }

  /** z where the data say; s where the point has it if it is well inside there, and else at 1. */
  private begin(): void {
    const { data, primalResidual, s, y, z } = this
    if (data.start !== undefined) y[0] = data.start.first
    this.measure()
    for (let i = 0; i < s.length; i++) {
      const one = i <= data.linear ? 1 : 0
      s[i] = i < data.linear && primalResidual[i]! > INSIDE ? primalResidual[i]! : one
      z[i] = data.start?.multipliers[i] ?? one
    }
  }

  get cost(): number {
    const { cost, curve } = this.data
    let sum = curve?.value(this.y[0]!) ?? 0
    for (let i = 0; i < cost.length; i++) sum += cost[i]! * this.y[i]!
    return sum
  }

  get gap(): number {
    let sum = 0
    for (let i = 0; i < this.s.length; i++) sum += this.s[i]! * this.z[i]!
    return sum
  }

  /** Residuals at the point as it is. */
  measure(): void {
    const { data, y, s, z, primalResidual, dualResidual } = this
    const width = y.length
    dualResidual.set(data.cost)
    if (data.curve !== undefined) dualResidual[0]! += data.curve.slope(y[0]!)
    for (let i = 0; i < s.length; i++) {
      let sum = data.offset[i]! - s[i]!
      let size = Math.abs(data.offset[i]!) + Math.abs(s[i]!)
      for (let j = 0; j < width; j++) {
        const entry = data.matrix[i * width + j]!
        sum += entry * y[j]!
        size += Math.abs(entry * y[j]!)
        dualResidual[j]! -= entry * z[i]!
      }
      primalResidual[i] = Math.abs(sum) > NOISE * size ? sum : 0
    }
  }

  /** Takes the scaling of the point, and makes ready for steps from there. */
  factor(): void {
    this.scaling.update(this.s, this.z)
    this.step.factor(this.data.curve?.curvature(this.y[0]!) ?? 0)
  }

  /** Begins a step for which W dz + W⁻¹ ds is `aim`, and which would leave no residual. */
  aimAt(aim: Float64Array): void {
    this.step.begin(this.dualResidual, this.primalResidual, aim)
  }

  /** What the predictor of Mehrotra aims at: −λ. */
  affineAim(): Float64Array {
    return this.scaling.lambda.map((element) => -element)
  }

  /** What his corrector aims at: λ⁻¹ ∘ (σμ e − λ ∘ λ − (W⁻¹ ds) ∘ (W dz)) with the step of the predictor. */
  correctedAim(target: number): Float64Array {
    const { scaling, step } = this
    const [s, z] = [Float64Array.from(step.ds), Float64Array.from(step.dz)]
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
    const { scaling, step } = this
    return Math.min(scaling.longestStep(this.s, step.ds), scaling.longestStep(this.z, step.dz))
  }

  /** By how much the slope of the curve after a part of the step misses the one that its curvature promises: 0 without a curve. */
  bendAlong(length: number): number {
    const { curve } = this.data
    if (curve === undefined) return 0
    const [at, change] = [this.y[0]!, length * this.step.dy[0]!]
    return Math.abs(curve.slope(at + change) - curve.slope(at) - curve.curvature(at) * change)
  }

  move(length: number): void {
    const { s, step, y, z } = this
    for (let j = 0; j < y.length; j++) y[j]! += length * step.dy[j]!
    for (let i = 0; i < s.length; i++) {
      s[i]! += length * step.ds[i]!
      z[i]! += length * step.dz[i]!
    }
  }
}
