/** How far an objective is from the best there is, as a share. */

/** (objective − bound) / objective: what of it a better network could save at most; 0 where both are 0. */
export const relativeGap = (objective: number, bound: number): number =>
  objective === 0 ? 0 : (objective - bound) / objective

/** (objective − optimum) / optimum; without the divisor where the optimum is 0, as it is of targets of zeros. */
export const aboveOptimum = (objective: number, optimum: number): number =>
  (objective - optimum) / (optimum > 0 ? optimum : 1)
