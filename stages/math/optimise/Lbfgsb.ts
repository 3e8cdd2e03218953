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
import { extendProducts, type InnerProducts, NO_PRODUCTS } from "./InnerProducts.ts"
import { type LbfgsOptions, type LbfgsState, startLbfgs } from "./Lbfgs.ts"
import { type Step, searchLine } from "./LineSearch.ts"
import type { Minimum, Objective } from "./Objective.ts"
import { NO_STEPS, remember } from "./StepMemory.ts"
import { subspaceMinimum } from "./SubspaceMinimum.ts"

export interface LbfgsbState extends LbfgsState {
  readonly products: InnerProducts
}

/** The state at the place of the box next to x. Throws `NoStart`; `RangeError` when the bounds are none. */
export const startLbfgsb = (objective: Objective, x: Float64Array, bounds: Bounds): LbfgsbState => {
  checkBounds(bounds, x.length)
  const inside = x.slice()
  project(bounds, inside)
  return { ...startLbfgs(objective, inside), products: NO_PRODUCTS }
}

/**
 * The state after one step inside of the box, lower by the strong conditions of Wolfe where the box is large enough for them; `undefined`
 * when no step goes down, neither by the model nor along the projected gradient.
 *
 * Cost: 20 n m flops, where m steps (10) are remembered, 8 m² for each component at a bound, or each that is not if those are fewer, and a
 * call or two of the objective.
 */
export const advanceLbfgsb = (
  objective: Objective,
  state: LbfgsbState,
  bounds: Bounds,
  most = 10
): LbfgsbState | undefined => {
  const isFirst = state.memory.steps.length === 0
  const step = stepInside(objective, state, bounds)
  if (step === undefined) {
    const forgetful = { ...state, memory: NO_STEPS, products: NO_PRODUCTS }
    return isFirst ? undefined : advanceLbfgsb(objective, forgetful, bounds, most)
  }
  const memory = remember(state.memory, state, step.point, most)
  const products = memory === state.memory ? state.products : extendProducts(state.products, memory)
  const evaluations = state.evaluations + step.evaluations
  return { ...step.point, iterations: state.iterations + 1, evaluations, memory, products }
}

const stepInside = (objective: Objective, state: LbfgsbState, bounds: Bounds): Step | undefined => {
  const direction = directionOf(state, bounds)
  if (direction === undefined) return undefined
  // Where every component is bounded, the model that knows nothing is as good as the box is small.
  const isCautious = state.memory.steps.length === 0 && !isBox(bounds)
  return searchLine(objective, state, direction, {
    first: isCautious ? Math.min(1, 1 / length(direction)) : 1,
    longest: longestStep(bounds, state.x, direction),
    settle: (x) => project(bounds, x)
  })
}

/** To the minimum of the model in the box, nearly; `undefined` when rounding has spoilt the model. */
const directionOf = (state: LbfgsbState, bounds: Bounds): Float64Array | undefined => {
  const model = compactModel(state.memory, state.products)
  if (model === undefined) return undefined
  const cauchy = cauchyPoint(state, bounds, model)
  const aim = subspaceMinimum(state, bounds, model, state.products, cauchy)
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
