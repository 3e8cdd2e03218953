/**
 * Coordinate descent for min L(Σ αⱼ φⱼ, y) + β Σ |αⱼ| with a smooth loss.
 *
 * Each coordinate goes to the minimum of a parabola that touches the loss and lies above it; sweeps over those that are not 0 alternate with sweeps
 * over all. Sources: Friedman, Hastie, Tibshirani, J. Stat. Software 33 (2010); Böhning and Lindsay (1988) for the parabola of the logistic loss.
 */
import { dot } from "../math/linear/Vector.ts"
import type { Loss } from "./losses.ts"

/** A loss whose second derivative in each output is at most `curvature`. */
export interface SmoothLoss {
  readonly loss: Loss
  readonly curvature: number
}

/** Sweeps over what is not 0 between two over all. */
const INNER_SWEEPS = 10

export class CoordinateDescent {
  private readonly features: ReadonlyArray<Float64Array>
  private readonly y: Float64Array
  private readonly beta: number
  private readonly smooth: SmoothLoss
  readonly alpha: Float64Array
  multipliers: Float64Array
  private readonly squares: Float64Array
  private readonly outputs: Float64Array

  /** Weights of the first features; the others begin at 0. */
  constructor(
    features: ReadonlyArray<Float64Array>,
    y: Float64Array,
    beta: number,
    smooth: SmoothLoss,
    start: ArrayLike<number>
  ) {
    this.features = features
    this.y = y
    this.beta = beta
    this.smooth = smooth
    this.alpha = Float64Array.from(features, (_, j) => start[j] ?? 0)
    this.squares = Float64Array.from(features, (feature) => dot(feature, feature))
    this.outputs = new Float64Array(y.length)
    this.multipliers = this.outputs
    this.sumUp()
  }

  get value(): number {
    const penalty = this.alpha.reduce((sum, value) => sum + Math.abs(value), 0)
    return this.smooth.loss.value(this.outputs, this.y) + this.beta * penalty
  }

  /** The value less the bound from below that the multipliers give: how far it is from the optimum at most. */
  get gap(): number {
    const { beta, features, multipliers, smooth, y } = this
    const largest = features.reduce((most, feature) => Math.max(most, Math.abs(dot(feature, multipliers))), 0)
    const limit = largest > 0 ? beta / largest : Number.POSITIVE_INFINITY
    const scale = smooth.loss.bestScale(multipliers, y, limit)
    return (
      this.value -
      smooth.loss.dual(
        multipliers.map((multiplier) => scale * multiplier),
        y
      )
    )
  }

  /** One sweep over all coordinates and some over those that are not 0; what rounding added to the outputs goes. */
  step(): void {
    for (let j = 0; j < this.alpha.length; j++) this.moveCoordinate(j)
    for (let sweep = 0; sweep < INNER_SWEEPS; sweep++) {
      for (let j = 0; j < this.alpha.length; j++) if (this.alpha[j] !== 0) this.moveCoordinate(j)
    }
    this.sumUp()
  }

  private sumUp(): void {
    this.outputs.fill(0)
    for (const [j, feature] of this.features.entries()) {
      if (this.alpha[j] === 0) continue
      for (let i = 0; i < feature.length; i++) this.outputs[i]! += this.alpha[j]! * feature[i]!
    }
    this.multipliers = this.smooth.loss.multipliers(this.outputs, this.y)
  }

  private moveCoordinate(j: number): void {
    const { alpha, beta, outputs, smooth, y } = this
    const [feature, bound] = [this.features[j]!, smooth.curvature * this.squares[j]!]
    if (bound === 0) return
    const aim = alpha[j]! + dot(feature, this.multipliers) / bound
    const next = Math.sign(aim) * Math.max(0, Math.abs(aim) - beta / bound)
    const change = next - alpha[j]!
    if (change === 0) return
    alpha[j] = next
    for (let i = 0; i < feature.length; i++) outputs[i]! += change * feature[i]!
    this.multipliers = smooth.loss.multipliers(outputs, y)
  }
}
