/**
 * Minimises a smooth function of many variables, with a memory of the last steps in place of second derivatives.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., Springer 2006, algorithms 7.4 and 7.5.
 */
import { addScaled, dot, largest, length, scale } from "../linear/Vector.ts"
import { type DescentState, descend } from "./Descent.ts"
import { searchLine } from "./LineSearch.ts"
import { evaluateStart, type Minimum, type Objective, type StoppingRule } from "./Objective.ts"
import { NO_STEPS, remember, type StepMemory } from "./StepMemory.ts"

export interface LbfgsOptions extends StoppingRule {
  /** Steps that are remembered (10). */
  readonly memory?: number
}

export interface LbfgsState extends DescentState {
  readonly memory: StepMemory
}

/** The state at x. Throws `NoStart` when the objective is not finite there. */
export const startLbfgs = (objective: Objective, x: Float64Array): LbfgsState => ({
  ...evaluateStart(objective, x),
  iterations: 0,
  evaluations: 1,
  memory: NO_STEPS
})

/**
 * The state after one step, lower by the strong conditions of Wolfe; `undefined` when no step goes down, neither along the direction of the
 * model nor along the gradient. Cost: 4 n `most` flops, `most` being the steps that are remembered, and a call or two of the objective.
 */
export const advanceLbfgs = (objective: Objective, state: LbfgsState, most = 10): LbfgsState | undefined => {
  const isFirst = state.memory.steps.length === 0
  // Without a model the gradient says nothing about the length of a step.
  const first = isFirst ? Math.min(1, 1 / length(state.gradient)) : 1
  const step = searchLine(objective, state, modelDirection(state), { first })
  if (step === undefined) return isFirst ? undefined : advanceLbfgs(objective, { ...state, memory: NO_STEPS }, most)
  const evaluations = state.evaluations + step.evaluations
  const memory = remember(state.memory, state, step.point, most)
  return { ...step.point, iterations: state.iterations + 1, evaluations, memory }
}

/** −H g with the inverse H of the model, in two loops over the memory. */
const modelDirection = ({ gradient, memory: { steps, changes } }: LbfgsState): Float64Array => {
  const direction = gradient.slice()
  scale(direction, -1)
  const count = steps.length
  if (count === 0) return direction
  const alphas = new Float64Array(count)
  for (let i = count - 1; i >= 0; i--) {
    alphas[i] = dot(steps[i]!, direction)
    addScaled(direction, -alphas[i]!, changes[i]!)
  }
  const newest = changes[count - 1]!
  scale(direction, 1 / dot(newest, newest))
  for (let i = 0; i < count; i++) addScaled(direction, alphas[i]! - dot(changes[i]!, direction), steps[i]!)
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
