/**
 * A step along a direction that satisfies the strong conditions of Wolfe.
 *
 * Source: J. J. Moré and D. J. Thuente, Line Search Algorithms with Guaranteed Sufficient Decrease, ACM Trans. Math. Softw. 20 (1994),
 * in the form of MINPACK-2. Steps to where the function is not finite are taken back.
 */
import { addScaled, dot } from "../linear/Vector.ts"
import { evaluate, isFinitePoint, type Objective, type Point } from "./Objective.ts"
import { Interval, type Sample } from "./StepInterval.ts"

export interface WolfeConditions {
  /** f(α) ≤ f(0) + decrease α f′(0) (1e-4). */
  readonly decrease?: number
  /** |f′(α)| ≤ curvature |f′(0)| (0.9). */
  readonly curvature?: number
  /** The first step to try (1). */
  readonly first?: number
  /** No step is longer (infinite). */
  readonly longest?: number
  /** Moves a trial point to where rounding should have left it, as inside of bounds. */
  readonly settle?: (x: Float64Array) => void
}

export interface Step {
  readonly length: number
  readonly point: Point
  readonly evaluations: number
}

const MOST_EVALUATIONS = 40

/** What is left of a step that led to no number. */
const BACK = 0.1

/**
 * A step from `origin` along `direction`, which must lead downhill.
 *
 * Where no step satisfies both conditions, as at `longest` or where rounding hides the curvature, the lowest place that satisfies the first is
 * taken; `undefined` when none is found among forty.
 */
export const searchLine = (
  objective: Objective,
  origin: Point,
  direction: Float64Array,
  { decrease = 1e-4, curvature = 0.9, first = 1, longest = Number.POSITIVE_INFINITY, settle }: WolfeConditions = {}
): Step | undefined => {
  const slope = dot(origin.gradient, direction)
  if (!(slope < 0)) return undefined
  const interval = new Interval({ step: 0, value: origin.value, slope }, decrease * slope)
  let limit = longest
  let step = Math.min(first, limit)
  let best: Step | undefined
  for (let evaluations = 1; evaluations <= MOST_EVALUATIONS; evaluations++) {
    const x = origin.x.slice()
    addScaled(x, step, direction)
    settle?.(x)
    const point = evaluate(objective, x)
    if (!isFinitePoint(point)) {
      limit = step
      step = interval.low.step + BACK * (step - interval.low.step)
      continue
    }
    const sample: Sample = { step, value: point.value, slope: dot(point.gradient, direction) }
    const isLower = sample.value <= origin.value + decrease * step * slope && sample.value < origin.value
    if (isLower && (best === undefined || sample.value <= best.point.value)) best = { length: step, point, evaluations }
    if (isLower && Math.abs(sample.slope) <= -curvature * slope) return { length: step, point, evaluations }
    // At the end of the line it still goes down.
    if (isLower && step === limit && sample.slope <= decrease * slope) return best && { ...best, evaluations }
    const next = interval.next(sample, limit)
    if (next === undefined || next === step) return best && { ...best, evaluations }
    step = next
  }
  return best && { ...best, evaluations: MOST_EVALUATIONS }
}
