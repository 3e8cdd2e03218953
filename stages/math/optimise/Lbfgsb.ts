/**
 * Minimises a smooth function of many variables in a box, with a memory of the last steps in place of second derivatives.
 *
 * Source: R. H. Byrd, P. Lu, J. Nocedal and C. Zhu, A Limited Memory Algorithm for Bound Constrained Optimization, SIAM J. Sci. Comput. 16
 * (1995).
 */
import { difference, length } from "../linear/Vector.ts"
import { type Bounds, checkBounds, isBox, longestStep, project, projectedGradient } from "./Bounds.ts"
import { cauchyPoint } from "./CauchyPoint.ts"
import { compactModel } from "./CompactModel.ts"
import { descend } from "./Descent.ts"
import { type LbfgsOptions, type LbfgsState, remember, startLbfgs } from "./Lbfgs.ts"
import { searchLine } from "./LineSearch.ts"
import type { Minimum, Objective } from "./Objective.ts"
import { subspaceMinimum } from "./SubspaceMinimum.ts"

/** The state at the place of the box next to x. Throws `NoStart`; `RangeError` when the bounds are none. */
export const startLbfgsb = (objective: Objective, x: Float64Array, bounds: Bounds): LbfgsState => {
  checkBounds(bounds, x.length)
  const inside = x.slice()
  project(bounds, inside)
  return startLbfgs(objective, inside)
}

/**
 * The state after one step inside of the box, lower by the strong conditions of Wolfe where the box is large enough for them; `undefined` when no step
 * goes down, neither by the model nor along the projected gradient.
 *
 * Cost: n (2 `memory`)² flops and n log n, and a call or two of the objective.
 */
export const advanceLbfgsb = (
  objective: Objective,
  state: LbfgsState,
  bounds: Bounds,
  memory = 10
): LbfgsState | undefined => {
  const isFirst = state.steps.length === 0
  const direction = directionOf(state, bounds)
  // Where every component is bounded, the model that knows nothing is as good as the box is small.
  const isCautious = isFirst && !isBox(bounds)
  const step =
    direction &&
    searchLine(objective, state, direction, {
      first: isCautious ? Math.min(1, 1 / length(direction)) : 1,
      longest: longestStep(bounds, state.x, direction),
      settle: (x) => project(bounds, x)
    })
  if (step === undefined) {
    return isFirst ? undefined : advanceLbfgsb(objective, { ...state, steps: [], changes: [] }, bounds, memory)
  }
  const evaluations = state.evaluations + step.evaluations
  return { ...step.point, iterations: state.iterations + 1, evaluations, ...remember(state, step.point, memory) }
}

/** To the minimum of the model in the box, nearly; `undefined` when rounding has spoilt the model. */
const directionOf = (state: LbfgsState, bounds: Bounds): Float64Array | undefined => {
  const model = compactModel(state.steps, state.changes)
  if (model === undefined) return undefined
  const cauchy = cauchyPoint(state, bounds, model)
  const aim = subspaceMinimum(state, bounds, model, cauchy)
  return aim && difference(aim, state.x)
}

/** A minimum in the box near x, by steps until the rule says that it is enough. Throws `NoStart`; `RangeError` when the bounds are none. */
export const lbfgsb = (objective: Objective, x: Float64Array, bounds: Bounds, options: LbfgsOptions = {}): Minimum =>
  descend(
    startLbfgsb(objective, x, bounds),
    (state) => advanceLbfgsb(objective, state, bounds, options.memory),
    (state) => projectedGradient(bounds, state.x, state.gradient),
    options
  )
