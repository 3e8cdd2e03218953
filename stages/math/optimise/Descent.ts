/** The loop around the steps of a minimiser. */
import type { Ending, Minimum, Point, StoppingRule } from "./Objective.ts"

/** Where a minimiser stands: plain data, from which it goes on as if it had never stopped. */
export interface DescentState extends Point {
  readonly iterations: number
  readonly evaluations: number
}

/**
 * Takes steps until the rule says that it is enough. `advance` gives the next state, or none when no step goes down; `slope` the largest
 * component of the gradient that counts.
 */
export const descend = <State extends DescentState>(
  start: State,
  advance: (state: State) => State | undefined,
  slope: (state: State) => number,
  { gradientTolerance = 1e-8, valueTolerance = 0, maxIterations = 10_000 }: StoppingRule
): Minimum => {
  let state = start
  const history = [start.value]
  const end = (ending: Ending): Minimum => {
    const { x, value, gradient, iterations, evaluations } = state
    return { x, value, gradient, ending, iterations, evaluations, history }
  }
  for (;;) {
    if (slope(state) <= gradientTolerance) return end("gradient")
    if (state.iterations - start.iterations >= maxIterations) return end("iterations")
    const next = advance(state)
    if (next === undefined) return end("round-off")
    const fall = state.value - next.value
    state = next
    history.push(next.value)
    if (fall <= valueTolerance * Math.max(Math.abs(next.value), 1)) return end("value")
  }
}
