/**
 * min Q(W) + λ ‖W‖₁ subject to h(W) = 0, by problems without the constraint: Q + λ ‖W‖₁ + α h + ½ ρ h², with α and ρ that grow.
 *
 * W is the difference of two matrices u, v ≥ 0, so that the penalty λ Σ (u + v) is smooth; the problems are solved by L-BFGS-B in
 * single steps, in units that each problem begins with (`curvature-scales.ts`); the rules for its end are in units of W. Source: Zheng,
 * Aragam, Ravikumar and Xing, DAGs with NO TEARS, NeurIPS 2018 (arXiv 1803.01422), section 4, with the settings of its code.
 */
import type { Bounds } from "../math/optimise/Bounds.ts"
import { advanceLbfgsb, type LbfgsbState, startLbfgsb } from "../math/optimise/Lbfgsb.ts"
import type { Objective } from "../math/optimise/Objective.ts"
import { type Acyclicity, type OfStrengths, ofSquares } from "./acyclicity/Acyclicity.ts"
import { curvatureScales } from "./curvature-scales.ts"
import type { Loss } from "./loss/Loss.ts"

export interface ConstrainedProblem {
  readonly d: number
  readonly loss: Loss
  /** ∂²Q/∂W_ij², about, for each parent i. */
  readonly curvature: Float64Array
  /** h of W ∘ W. */
  readonly constraint: OfStrengths
  /** λ */
  readonly lambda1: number
  /** The largest h that counts as 0. */
  readonly tolerance: number
  /** From this ρ on nothing more is tried. */
  readonly largestRho: number
}

/** What is known when a problem begins: from here the course goes on as if it had never stopped. */
export interface Multipliers {
  /** u, then v: 2 d² numbers. */
  readonly x: Float64Array
  readonly alpha: number
  readonly rho: number
  /** Of x; ∞ before the first problem is solved. */
  readonly h: number
  /** Of L-BFGS-B, all together, and how often these asked for the objective. */
  readonly steps: number
  readonly evaluations: number
}

/** The last step lowers the value by this share at most, or no component of the projected gradient is larger: those of SciPy. */
const VALUE_TOLERANCE = 2.220446049250313e-9
const GRADIENT_TOLERANCE = 1e-5
const MOST_STEPS = 15_000

/** h must fall to this share, else ρ grows. */
const FALL = 0.25
const GROWTH = 10

export class AugmentedLagrangian {
  /** Where the problem at hand began. */
  multipliers: Multipliers
  isDone = false
  private readonly problem: ConstrainedProblem
  private readonly acyclicity: Acyclicity
  private readonly bounds: Bounds
  /** The unit of each weight in the problem at hand. */
  private scales: Float64Array
  /** W in the objective. */
  private readonly difference: Float64Array
  private readonly slope: Float64Array
  private readonly constraintSlope: Float64Array
  private readonly objective: Objective
  private inner: LbfgsbState | undefined

  constructor(problem: ConstrainedProblem, from?: Multipliers) {
    const { d } = problem
    this.problem = problem
    this.acyclicity = ofSquares(problem.constraint, d)
    const size = d * d
    // No node is its own parent.
    const upper = Float64Array.from({ length: 2 * size }, (_, at) =>
      (at % size) % (d + 1) === 0 ? 0 : Number.POSITIVE_INFINITY
    )
    this.bounds = { lower: new Float64Array(2 * size), upper }
    this.difference = new Float64Array(size)
    this.scales = new Float64Array(size).fill(1)
    this.slope = new Float64Array(size)
    this.constraintSlope = new Float64Array(size)
    this.objective = (x, gradient) => this.evaluate(x, gradient)
    this.multipliers = from ?? {
      x: new Float64Array(2 * size),
      alpha: 0,
      rho: 1,
      h: Number.POSITIVE_INFINITY,
      steps: 0,
      evaluations: 0
    }
    this.isDone = this.isEnough()
  }

  /** W as it is now. */
  weights(): Float64Array {
    const weights = new Float64Array(this.difference.length)
    return this.inner === undefined ? differenceOf(this.multipliers.x, weights) : this.unscaled(this.inner.x, weights)
  }

  /** Steps that were taken, those of the problem at hand among them. */
  get steps(): number {
    return this.multipliers.steps + (this.inner?.iterations ?? 0)
  }

  get evaluations(): number {
    return this.multipliers.evaluations + (this.inner?.evaluations ?? 0)
  }

  /** Takes one step of L-BFGS-B; says whether it was the last of its problem. */
  step(): boolean {
    if (this.isDone) return false
    const { objective, bounds } = this
    const from = this.inner ?? this.begin()
    this.inner = from
    if (this.largestSlope(from) <= GRADIENT_TOLERANCE) return this.finish(from)
    const next = advanceLbfgsb(objective, from, bounds)
    if (next === undefined) return this.finish(from)
    this.inner = next
    const size = Math.max(Math.abs(from.value), Math.abs(next.value), 1)
    const isLast = from.value - next.value <= VALUE_TOLERANCE * size || next.iterations >= MOST_STEPS
    return isLast ? this.finish(next) : false
  }

  /** The problem at hand in units that suit it where it begins. */
  private begin(): LbfgsbState {
    const { constraintSlope: slopes, difference, problem } = this
    const { alpha, rho, x } = this.multipliers
    const strengths = differenceOf(x, difference).map((weight) => weight * weight)
    const h = problem.constraint(strengths, slopes)
    const scales = curvatureScales(problem.curvature, slopes, alpha + rho * h)
    this.scales = scales
    return startLbfgsb(
      this.objective,
      x.map((part, at) => part / scales[at % scales.length]!),
      this.bounds
    )
  }

  /** Largest component of the gradient that does not lead out of the box, and no larger than the way to its border: in units of W. */
  private largestSlope({ gradient, x }: LbfgsbState): number {
    const { bounds, scales } = this
    const size = scales.length
    let most = 0
    for (let i = 0; i < x.length; i++) {
      if (bounds.upper[i] === 0) continue
      const scale = scales[i < size ? i : i - size]!
      const [part, slope] = [x[i]! * scale, gradient[i]! / scale]
      most = Math.max(most, Math.abs(Math.max(part - slope, 0) - part))
    }
    return most
  }

  /** A problem is solved: it is solved again with a larger ρ when h has not fallen enough, else the next one begins from here. */
  private finish({ x: scaled, ...counts }: LbfgsbState): true {
    const { multipliers, problem, scales } = this
    const x = scaled.map((part, at) => part * scales[at % scales.length]!)
    const h = this.acyclicity(differenceOf(x, this.difference), this.constraintSlope)
    const steps = multipliers.steps + counts.iterations
    const evaluations = multipliers.evaluations + counts.evaluations
    this.inner = undefined
    const rho = h > FALL * multipliers.h ? multipliers.rho * GROWTH : multipliers.rho
    const isAgain = rho > multipliers.rho && rho < problem.largestRho
    this.multipliers = isAgain
      ? { ...multipliers, rho, steps, evaluations }
      : { x, alpha: multipliers.alpha + rho * h, rho, h, steps, evaluations }
    this.isDone = this.isEnough()
    return true
  }

  private isEnough(): boolean {
    const { h, rho } = this.multipliers
    return h <= this.problem.tolerance || rho >= this.problem.largestRho
  }

  private evaluate(x: Float64Array, gradient: Float64Array): number {
    const { problem, scales, slope, constraintSlope } = this
    const { alpha, rho } = this.multipliers
    const weights = this.unscaled(x, this.difference)
    const loss = problem.loss(weights, slope)
    const h = this.acyclicity(weights, constraintSlope)
    const factor = rho * h + alpha
    const size = weights.length
    let sum = 0
    for (let i = 0; i < size; i++) {
      const scale = scales[i]!
      const smooth = slope[i]! + factor * constraintSlope[i]!
      gradient[i] = scale * (problem.lambda1 + smooth)
      gradient[size + i] = scale * (problem.lambda1 - smooth)
      sum += scale * (x[i]! + x[size + i]!)
    }
    return loss + (rho / 2) * h * h + alpha * h + problem.lambda1 * sum
  }

  /** W of u and v in the units of the problem at hand. */
  private unscaled(x: Float64Array, weights: Float64Array): Float64Array {
    const { scales } = this
    differenceOf(x, weights)
    for (let i = 0; i < weights.length; i++) weights[i]! *= scales[i]!
    return weights
  }
}

/** u − v into `weights`. */
const differenceOf = (x: Float64Array, weights: Float64Array): Float64Array => {
  const size = weights.length
  for (let i = 0; i < size; i++) weights[i] = x[i]! - x[size + i]!
  return weights
}
