/** Which values of a metric are good ones: the direction that an expectation gives it. */
import type { Tolerance } from "../document/PipelineDocument.ts"
import { beyond, centre } from "./judge-expectations.ts"

/**
 * How far a value is from the best one, in the unit of the metric; below a bound that is to be kept it goes on falling, and between two
 * all are as good. NaN for NaN.
 */
export const distance = (goal: Tolerance, value: number): number => {
  if (goal._tag === "AtMost") return value
  if (goal._tag === "Between") return Math.max(0, beyond(goal, value))
  return goal._tag === "AtLeast" ? -value : Math.abs(value - centre(goal))
}
