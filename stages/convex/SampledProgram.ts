/** A sampled convex program, min L(Σ αⱼ φⱼ, y) + β Σ |αⱼ|, in steps of one of two methods. */
import { CoordinateDescent } from "./CoordinateDescent.ts"
import { dualProgram, weightsOf } from "./dual-program.ts"
import type { InteriorPoint } from "./InteriorPoint.ts"
import { InteriorPointCourse } from "./InteriorPointCourse.ts"
import type { LossName } from "./loss-named.ts"
import type { Loss } from "./losses.ts"

export interface SampledProgram {
  readonly step: () => void
  /** Whether further steps do nothing, and whether the gap is as small as was asked for, relative to values above 1. */
  readonly isOver: boolean
  readonly isSolved: boolean
  /** Those at the point where the method stands; of the multipliers the value of the dual is within `gap`. */
  readonly alpha: ArrayLike<number>
  readonly multipliers: Float64Array
  readonly gap: number
}

/** By coordinate descent from these weights on; its bounds need a loss of a bounded second derivative. */
export const byCoordinates = (
  features: ReadonlyArray<Float64Array>,
  y: Float64Array,
  beta: number,
  loss: Loss,
  start: ArrayLike<number>,
  tolerance: number
): SampledProgram => {
  const descent = new CoordinateDescent(
    features,
    y,
    beta,
    { loss, curvature: loss.kind === "squared" ? 1 : 1 / 4 },
    start
  )
  const isSolved = (): boolean => descent.gap <= tolerance * Math.max(1, descent.value)
  return {
    step: () => descent.step(),
    get isOver() {
      return isSolved()
    },
    get isSolved() {
      return isSolved()
    },
    get alpha() {
      return descent.alpha
    },
    get multipliers() {
      return descent.multipliers
    },
    get gap() {
      return descent.gap
    }
  }
}

/** By the interior-point method on the dual. */
export const byDual = (
  features: ReadonlyArray<Float64Array>,
  y: Float64Array,
  beta: number,
  loss: LossName,
  tolerance: number
): SampledProgram => {
  const dual = dualProgram(features, y, beta, loss)
  const course = new InteriorPointCourse(dual, tolerance)
  return {
    step: () => course.step(),
    get isOver() {
      return course.isOver
    },
    get isSolved() {
      return course.isSolved
    },
    get alpha() {
      return chosenWeights(dual, beta, features.length)
    },
    // What rounding takes shares out of [0, 1] by is left out.
    get multipliers() {
      const shares = dual.u.map((multiplier, k) => Math.min(1, Math.max(0, y[k]! * multiplier)))
      return loss === "squared" ? dual.u.slice() : shares.map((share, k) => y[k]! * share)
    },
    get gap() {
      return dual.gap
    }
  }
}

/** Weights of the features, without what the interior point has not quite brought to 0: all of it weighs less than the gap. */
const chosenWeights = (dual: InteriorPoint, beta: number, features: number): Float64Array =>
  weightsOf(dual, features).map((weight) => (beta * Math.abs(weight) > dual.gap / features ? weight : 0))
