/** What the minimisers ask of a function, and tell about it. */
import { Data } from "effect"

/**
 * The value at x; fills `gradient`, leaves x as it is, and keeps neither. NaN and infinities, of the value or the gradient, say that x
 * is out of bounds: the search steps back from there.
 */
export type Objective = (x: Float64Array, gradient: Float64Array) => number

/** A place with what is known of it. */
export interface Point {
  readonly x: Float64Array
  readonly value: number
  readonly gradient: Float64Array
}

/** Why a minimiser has stopped. */
export type Ending =
  /** No component of the (projected) gradient is larger than `gradientTolerance`. */
  | "gradient"
  /** The last step has lowered the value by `valueTolerance` × max(|value|, 1) at most. */
  | "value"
  /** No step lowers the value any further: rounding, or a gradient that is not that of the value. */
  | "round-off"
  /** `maxIterations`. */
  | "iterations"

export interface StoppingRule {
  /** 1e-8. */
  readonly gradientTolerance?: number
  /** 0: the value may fall as slowly as it likes. */
  readonly valueTolerance?: number
  /** 10 000. */
  readonly maxIterations?: number
}

export interface Minimum extends Point {
  readonly ending: Ending
  readonly iterations: number
  /** Calls of the objective. */
  readonly evaluations: number
  /** Values at the start and after each iteration: each lower than the one before. */
  readonly history: ReadonlyArray<number>
}

/** The objective has no finite value or gradient where the search begins. */
export class NoStart extends Data.TaggedError("NoStart")<{ readonly value: number; readonly component: number }> {
  override get message(): string {
    return this.component === -1
      ? `the objective is ${this.value} where the search begins`
      : `component ${this.component} of the gradient is not finite where the search begins`
  }
}

/** The objective at x. */
export const evaluate = (objective: Objective, x: Float64Array): Point => {
  const gradient = new Float64Array(x.length)
  return { x, value: objective(x, gradient), gradient }
}

/** Whether value and gradient are numbers throughout. */
export const isFinitePoint = ({ value, gradient }: Point): boolean => {
  // 0 times what is no finite number is no number.
  let zero = 0 * value
  for (let i = 0; i < gradient.length; i++) zero += 0 * gradient[i]!
  return zero === 0
}

/** The objective at x, a copy of which is kept; throws `NoStart` when it is not finite there. */
export const evaluateStart = (objective: Objective, x: Float64Array): Point => {
  const point = evaluate(objective, x.slice())
  if (isFinitePoint(point)) return point
  const component = Number.isFinite(point.value) ? point.gradient.findIndex((value) => !Number.isFinite(value)) : -1
  throw new NoStart({ value: point.value, component })
}
