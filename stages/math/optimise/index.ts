/** Imported as `athanor/math/optimise`: minima and zeros of functions that are given as code. */
export { nonNegativeLeastSquaresOfMany } from "./BlockPrincipalPivoting.ts"
export type { Bounds } from "./Bounds.ts"
export * as Brent from "./Brent.ts"
export { advanceLbfgs, type LbfgsOptions, type LbfgsState, lbfgs, startLbfgs } from "./Lbfgs.ts"
export { advanceLbfgsb, type LbfgsbState, lbfgsb, startLbfgsb } from "./Lbfgsb.ts"
export {
  advanceLevenbergMarquardt,
  type LeastSquaresState,
  type LevenbergMarquardtOptions,
  levenbergMarquardt,
  type Residuals,
  startLevenbergMarquardt
} from "./LevenbergMarquardt.ts"
export {
  advanceConjugateGradients,
  type ConjugateGradientState,
  nonlinearConjugateGradients,
  startConjugateGradients
} from "./NonlinearConjugateGradients.ts"
export { type NonNegativeSolution, nonNegativeLeastSquares, TooManyExchanges } from "./NonNegativeLeastSquares.ts"
export { type Ending, type Minimum, NoStart, type Objective, type Point, type StoppingRule } from "./Objective.ts"
