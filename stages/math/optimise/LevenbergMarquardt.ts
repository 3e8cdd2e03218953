/**
 * Nonlinear least squares: min ½ ‖r(x)‖².
 *
 * Steps solve a damped linear problem by orthogonal reflections, scaled by the columns of the Jacobian. Sources: J. J. Moré, The
 * Levenberg–Marquardt Algorithm: Implementation and Theory, Lecture Notes in Mathematics 630 (1978), for the scaling and the measure of the
 * gradient; H. B. Nielsen, report IMM-REP-1999-05, Technical University of Denmark, for the damping.
 */
import { dot, length } from "../linear/Vector.ts"
import { type DescentState, descend } from "./Descent.ts"
import { type Minimum, NoStart, type StoppingRule } from "./Objective.ts"
import { applyReflection, reflect } from "./Reflection.ts"

export interface Residuals {
  /** How many there are. */
  readonly count: number
  /**
   * Fills r with the residuals at x, and `jacobian`, count × n, row-major, with their derivatives; leaves x as it is, and keeps none. NaN and infinities
   * say that x is out of bounds.
   */
  readonly evaluate: (x: Float64Array, r: Float64Array, jacobian: Float64Array) => void
}

export interface LeastSquaresState extends DescentState {
  readonly residuals: Float64Array
  readonly jacobian: Float64Array
  /** The largest norm that each column of the Jacobian has had. */
  readonly scales: Float64Array
  readonly damping: number
}

export interface LevenbergMarquardtOptions extends StoppingRule {
  /** Damping of the first step, as a share of the scales (1e-3): small where the start is near the solution. */
  readonly damping?: number
}

/** Damping beyond which a step changes nothing. */
const MOST_DAMPING = 1e30

type Evaluated = Pick<LeastSquaresState, "x" | "value" | "gradient" | "residuals" | "jacobian">

const evaluate = ({ count, evaluate: fill }: Residuals, x: Float64Array): Evaluated => {
  const [residuals, jacobian] = [new Float64Array(count), new Float64Array(count * x.length)]
  fill(x, residuals, jacobian)
  const gradient = new Float64Array(x.length)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < x.length; j++) gradient[j]! += jacobian[i * x.length + j]! * residuals[i]!
  }
  return { x, value: dot(residuals, residuals) / 2, gradient, residuals, jacobian }
}

const isNumber = ({ value, jacobian }: Evaluated): boolean => Number.isFinite(value) && jacobian.every(Number.isFinite)

/** The state at x. Throws `NoStart` when residuals or derivatives are not finite there. */
export const startLevenbergMarquardt = (problem: Residuals, x: Float64Array, damping = 1e-3): LeastSquaresState => {
  const found = evaluate(problem, x.slice())
  if (!isNumber(found)) {
    const component = found.gradient.findIndex((value) => !Number.isFinite(value))
    throw new NoStart({ value: found.value, component: Number.isFinite(found.value) ? component : -1 })
  }
  return { ...found, iterations: 0, evaluations: 1, scales: columnNorms(found.jacobian, x.length), damping }
}

const columnNorms = (jacobian: Float64Array, n: number): Float64Array => {
  const squares = new Float64Array(n)
  for (let at = 0; at < jacobian.length; at++) squares[at % n]! += jacobian[at]! * jacobian[at]!
  return squares.map(Math.sqrt)
}

/**
 * The state after one step that lowers the sum of squares; `undefined` when no step does, however short.
 *
 * Cost: 2 (m + n) n² flops and a call of the residuals for each damping that is tried.
 */
export const advanceLevenbergMarquardt = (
  problem: Residuals,
  state: LeastSquaresState
): LeastSquaresState | undefined => {
  const n = state.x.length
  let { damping, evaluations } = state
  for (let growth = 2; damping <= MOST_DAMPING; growth *= 2) {
    const weights = state.scales.map((scale) => Math.sqrt(damping) * (scale === 0 ? 1 : scale))
    const step = dampedStep(state, weights)
    const x = state.x.map((component, j) => component + step[j]!)
    const found = evaluate(problem, x)
    evaluations++
    // Half of ‖J s‖² + 2 ‖W s‖²: what the linear model promises.
    const promised = promise(state, step, weights)
    const gain = isNumber(found) ? (state.value - found.value) / promised : -1
    if (gain > 0 && promised > 0) {
      const relief = 1 - (2 * gain - 1) * (2 * gain - 1) * (2 * gain - 1)
      const norms = columnNorms(found.jacobian, n)
      const scales = state.scales.map((scale, j) => Math.max(scale, norms[j]!))
      return {
        ...found,
        iterations: state.iterations + 1,
        evaluations,
        scales,
        damping: damping * Math.max(1 / 3, relief)
      }
    }
    damping *= growth
  }
  return undefined
}

const promise = ({ jacobian, residuals }: LeastSquaresState, step: Float64Array, weights: Float64Array): number => {
  let squares = 0
  for (let i = 0; i < residuals.length; i++) {
    let sum = 0
    for (let j = 0; j < step.length; j++) sum += jacobian[i * step.length + j]! * step[j]!
    squares += sum * sum
  }
  for (let j = 0; j < step.length; j++) squares += 2 * weights[j]! * weights[j]! * step[j]! * step[j]!
  return squares / 2
}

/** s that minimises ‖J s + r‖² + ‖W s‖² with the diagonal W. */
const dampedStep = ({ jacobian, residuals }: LeastSquaresState, weights: Float64Array): Float64Array => {
  const [m, n] = [residuals.length, weights.length]
  const right = new Float64Array(m + n)
  for (let i = 0; i < m; i++) right[i] = -residuals[i]!
  const columns = Array.from(weights, (weight, j) => {
    const column = new Float64Array(m + n)
    for (let i = 0; i < m; i++) column[i] = jacobian[i * n + j]!
    column[m + j] = weight
    return column
  })
  columns.forEach((column, k) => {
    const below = column.subarray(k)
    const reflection = reflect(below)
    for (let j = k + 1; j < n; j++) applyReflection(reflection, below, columns[j]!.subarray(k))
    applyReflection(reflection, below, right.subarray(k))
    below[0] = reflection.rest
  })
  const step = right.slice(0, n)
  for (let k = n - 1; k >= 0; k--) {
    step[k]! /= columns[k]![k]!
    for (let i = 0; i < k; i++) step[i]! -= step[k]! * columns[k]![i]!
  }
  return step
}

/**
 * Largest cosine of the angle between the residuals and a column of the Jacobian: what `gradientTolerance` bounds here, whatever the units.
 * 0 where the residuals are.
 */
export const residualCosine = ({ gradient, jacobian, residuals }: LeastSquaresState): number => {
  const norms = columnNorms(jacobian, gradient.length)
  const size = length(residuals)
  let most = 0
  for (let j = 0; j < norms.length; j++) {
    if (norms[j]! * size > 0) most = Math.max(most, Math.abs(gradient[j]!) / (norms[j]! * size))
  }
  return most
}

/** A minimum near x, by steps until the rule says that it is enough. Throws `NoStart`. */
export const levenbergMarquardt = (
  problem: Residuals,
  x: Float64Array,
  options: LevenbergMarquardtOptions = {}
): Minimum =>
  descend(
    startLevenbergMarquardt(problem, x, options.damping),
    (state) => advanceLevenbergMarquardt(problem, state),
    residualCosine,
    options
  )
