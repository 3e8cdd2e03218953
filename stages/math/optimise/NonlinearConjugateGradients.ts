/**
 * Minimises a smooth function of many variables with the memory of one direction.
 *
 * Source: W. W. Hager and H. Zhang, A New Conjugate Gradient Method with Guaranteed Descent and an Efficient Line Search, SIAM J. Optim. 16
 * (2005), equations 1.3 to 1.6; the steps are those of Moré and Thuente.
 */
import { difference, dot, largest, length, scaleAndAdd } from "../linear/Vector.ts"
import { type DescentState, descend } from "./Descent.ts"
import { searchLine } from "./LineSearch.ts"
import { evaluateStart, type Minimum, type Objective, type StoppingRule } from "./Objective.ts"

export interface ConjugateGradientState extends DescentState {
  /** Where the next step leads. */
  readonly direction: Float64Array
  /** The first step to try along it. */
  readonly first: number
}

/** The lower bound on β keeps directions apart from multiples of the last one: η of the source. */
const ETA = 0.01

/** A first step beyond this is a quotient of round-off. */
const LONGEST = 1e100

/** The state at x. Throws `NoStart` when the objective is not finite there. */
export const startConjugateGradients = (objective: Objective, x: Float64Array): ConjugateGradientState => {
  const point = evaluateStart(objective, x)
  return { ...point, iterations: 0, evaluations: 1, ...downhill(point.gradient) }
}

const downhill = (gradient: Float64Array): Pick<ConjugateGradientState, "direction" | "first"> => ({
  direction: gradient.map((component) => -component),
  first: Math.min(1, 1 / length(gradient))
})

/**
 * The state after one step, lower by the strong conditions of Wolfe; `undefined` when no step goes down, neither along the direction nor
 * along the gradient. Cost: 10 n flops and two or three calls of the objective.
 */
export const advanceConjugateGradients = (
  objective: Objective,
  state: ConjugateGradientState
): ConjugateGradientState | undefined => {
  const step = searchLine(objective, state, state.direction, { first: state.first, curvature: 0.1 })
  if (step === undefined) {
    const isGradient = state.direction.every((component, i) => component === -state.gradient[i]!)
    return isGradient ? undefined : advanceConjugateGradients(objective, { ...state, ...downhill(state.gradient) })
  }
  const { gradient } = step.point
  const direction = nextDirection(state, gradient)
  // A step that changes the value, to first order, as much as the last one did.
  const first = (step.length * dot(state.gradient, state.direction)) / dot(gradient, direction)
  const evaluations = state.evaluations + step.evaluations
  return { ...step.point, iterations: state.iterations + 1, evaluations, direction, first: first < LONGEST ? first : 1 }
}

/** −g + β d. */
const nextDirection = (
  { gradient: before, direction }: ConjugateGradientState,
  gradient: Float64Array
): Float64Array => {
  const y = difference(gradient, before)
  const dy = dot(direction, y)
  const beta = (dot(y, gradient) - (2 * dot(y, y) * dot(direction, gradient)) / dy) / dy
  const lowest = -1 / (length(direction) * Math.min(ETA, length(before)))
  const next = direction.slice()
  scaleAndAdd(
    next,
    dy > 0 ? Math.max(beta, lowest) : 0,
    gradient.map((component) => -component)
  )
  return next
}

/** A minimum near x, by steps until the rule says that it is enough. Throws `NoStart`. */
export const nonlinearConjugateGradients = (objective: Objective, x: Float64Array, rule: StoppingRule = {}): Minimum =>
  descend(
    startConjugateGradients(objective, x),
    (state) => advanceConjugateGradients(objective, state),
    ({ gradient }) => largest(gradient),
    rule
  )
