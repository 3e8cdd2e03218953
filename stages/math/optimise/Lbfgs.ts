/**
 * Minimises a smooth function of many variables, with a memory of the last steps in place of second derivatives.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., Springer 2006, algorithms 7.4 and 7.5.
 */
import { addScaled, difference, dot, largest, length, scale } from "../linear/Vector.ts"
import { type DescentState, descend } from "./Descent.ts"
import { searchLine } from "./LineSearch.ts"
import { evaluateStart, type Minimum, type Objective, type Point, type StoppingRule } from "./Objective.ts"

export interface LbfgsOptions extends StoppingRule {
  /** Steps that are remembered (10). */
  readonly memory?: number
}

export interface LbfgsState extends DescentState {
  /** The last steps s, the newest last, with the changes y of the gradient. */
  readonly steps: ReadonlyArray<Float64Array>
  readonly changes: ReadonlyArray<Float64Array>
}

/** A curvature sᵀ y below this share of yᵀ y is not remembered: the model would not stay positive definite. */
const FLAT = Number.EPSILON

/** The state at x. Throws `NoStart` when the objective is not finite there. */
export const startLbfgs = (objective: Objective, x: Float64Array): LbfgsState => ({
  ...evaluateStart(objective, x),
  iterations: 0,
  evaluations: 1,
  steps: [],
  changes: []
})

/**
 * The state after one step, lower by the strong conditions of Wolfe; `undefined` when no step goes down, neither along the direction of the
 * model nor along the gradient. Cost: 4 n `memory` flops and a call or two of the objective.
 */
export const advanceLbfgs = (objective: Objective, state: LbfgsState, memory = 10): LbfgsState | undefined => {
  const direction = modelDirection(state)
  const isFirst = state.steps.length === 0
  // Without a model the gradient says nothing about the length of a step.
  const first = isFirst ? Math.min(1, 1 / length(state.gradient)) : 1
  const step = searchLine(objective, state, direction, { first })
  if (step === undefined)
    return isFirst ? undefined : advanceLbfgs(objective, { ...state, steps: [], changes: [] }, memory)
  const { steps, changes } = remember(state, step.point, memory)
  const evaluations = state.evaluations + step.evaluations
  return { ...step.point, iterations: state.iterations + 1, evaluations, steps, changes }
}

/** What is remembered after a step from `state` to `point`. */
export const remember = (
  { steps, changes, x, gradient }: Pick<LbfgsState, "steps" | "changes" | "x" | "gradient">,
  point: Point,
  memory: number
): Pick<LbfgsState, "steps" | "changes"> => {
  const s = difference(point.x, x)
  const y = difference(point.gradient, gradient)
  if (!(dot(s, y) > FLAT * dot(y, y))) return { steps, changes }
  const forgotten = Math.max(0, steps.length + 1 - memory)
  return { steps: [...steps, s].slice(forgotten), changes: [...changes, y].slice(forgotten) }
}

/** −H g with the inverse H of the model, in two loops over the memory. */
const modelDirection = ({ gradient, steps, changes }: LbfgsState): Float64Array => {
  const direction = gradient.map((component) => -component)
  const count = steps.length
  if (count === 0) return direction
  const alphas = new Float64Array(count)
  const curvatures = steps.map((s, i) => dot(s, changes[i]!))
  for (let i = count - 1; i >= 0; i--) {
    alphas[i] = dot(steps[i]!, direction) / curvatures[i]!
    addScaled(direction, -alphas[i]!, changes[i]!)
  }
  const newest = changes[count - 1]!
  scale(direction, curvatures[count - 1]! / dot(newest, newest))
  for (let i = 0; i < count; i++) {
    const beta = dot(changes[i]!, direction) / curvatures[i]!
    addScaled(direction, alphas[i]! - beta, steps[i]!)
  }
  return direction
}

/** A minimum near x, by steps until the rule says that it is enough. Throws `NoStart`. */
export const lbfgs = (objective: Objective, x: Float64Array, options: LbfgsOptions = {}): Minimum =>
  descend(
    startLbfgs(objective, x),
    (state) => advanceLbfgs(objective, state, options.memory),
    ({ gradient }) => largest(gradient),
    options
  )
