/** What the iterative solvers of linear systems have in common: when they stop, and what they tell. */
import { Data } from "effect"
import { bringingBelowOne } from "../linear/power-of-two.ts"
import { largest, length } from "../linear/Vector.ts"
import type { Operator } from "./Operator.ts"

export interface IterationOptions {
  /** Where to begin: 0 by default. It is not changed. */
  readonly start?: Float64Array
  /** The solution is found when ‖b − A x‖ ≤ tolerance ‖b‖ (1e-10), the residual computed anew from x. */
  readonly tolerance?: number
  /** Steps after which the search is given up: ten times the order by default. */
  readonly maxIterations?: number
  /** z ← M⁻¹ r for some M near A: the identity by default. */
  readonly precondition?: Operator
}

export interface Solution {
  readonly x: Float64Array
  readonly iterations: number
  /** ‖b − A x‖ / ‖b‖, from x itself. */
  readonly residual: number
  /** The same as the iteration knew it at the start and after each step, some methods only in the norm of their preconditioner. */
  readonly history: ReadonlyArray<number>
}

/** What kept a method from its end. */
export type Obstacle =
  /** `maxIterations` was reached. */
  | "iterations"
  /** Rounding keeps the residual where it is. */
  | "stagnation"
  /** Matrix or preconditioner is not positive definite, as the method needs it. */
  | "indefinite"
  /** A division by 0 from which the method knows no way on. */
  | "breakdown"
  /** A number was NaN or infinite. */
  | "not finite"

/** An iterative method has not come to its tolerance. */
export class NotConverged extends Data.TaggedError("NotConverged")<{
  readonly method: string
  readonly obstacle: Obstacle
  /** Where it stood, and what is said of it. */
  readonly solution: Solution
  readonly tolerance: number
}> {
  override get message(): string {
    const { iterations, residual } = this.solution
    return (
      `${this.method} ended at a relative residual of ${residual} after ${iterations} iterations, ` +
      `where ${this.tolerance} was asked for (${this.obstacle})`
    )
  }
}

/** The course of one solution. */
export class Run {
  readonly history: Array<number> = []
  readonly target: number
  /** Whether the iteration believes to be at its end. */
  reached = false
  obstacle: Obstacle | undefined
  private readonly unit: number
  private readonly maxIterations: number

  constructor(scale: number, tolerance: number, maxIterations: number) {
    this.target = tolerance * scale
    this.unit = scale
    this.maxIterations = maxIterations
  }

  get iterations(): number {
    return Math.max(0, this.history.length - 1)
  }

  /** Notes the norm of a residual after a step; true when no step is to follow. */
  record(norm: number): boolean {
    this.history.push(norm / this.unit)
    if (!Number.isFinite(norm)) this.obstacle = "not finite"
    else if (norm <= this.target) this.reached = true
    else if (this.iterations >= this.maxIterations) this.obstacle = "iterations"
    return this.reached || this.obstacle !== undefined
  }
}

/**
 * Solves A x = b by a method that works in cycles: each begins at x with the residual r, changes both, and ends when it believes to be
 * done, is stopped by `run.record`, or wants to begin anew. Belief is checked against the residual of x itself.
 *
 * Throws `NotConverged`; `RangeError` when `start` has another length than b.
 */
export const iterate = (
  method: string,
  apply: Operator,
  b: Float64Array,
  { start, tolerance = 1e-10, maxIterations = 10 * b.length }: IterationOptions,
  cycle: (x: Float64Array, r: Float64Array, run: Run) => void
): Solution => {
  if (start !== undefined && start.length !== b.length) {
    throw new RangeError(`the start has ${start.length} elements, the right-hand side ${b.length}`)
  }
  const by = scaleInto(largest(b))
  if (by !== 1) {
    const options = { tolerance, maxIterations, ...(start === undefined ? {} : { start: times(start, by) }) }
    return unscaled(by, () => iterate(method, apply, times(b, by), options, cycle))
  }
  const scale = length(b)
  // The solution for 0 is 0, wherever the search would begin.
  if (scale === 0) return { x: new Float64Array(b.length), iterations: 0, residual: 0, history: [0] }
  const x = start?.slice() ?? new Float64Array(b.length)
  const r = new Float64Array(b.length)
  const run = new Run(scale, tolerance, maxIterations)
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const norm = residual(apply, b, x, r)
    if (run.history.length === 0) run.record(norm)
    const solution = { x, iterations: run.iterations, residual: norm / scale, history: run.history }
    if (norm <= run.target && Number.isFinite(norm)) return solution
    if (run.reached && !(norm < before / 2)) run.obstacle ??= "stagnation"
    if (run.obstacle !== undefined) throw new NotConverged({ method, obstacle: run.obstacle, solution, tolerance })
    if (run.reached) before = norm
    run.reached = false
    cycle(x, r, run)
  }
}

/** Sizes below, and those above its inverse, have squares of which sums leave the range. */
const LEAST = 2 ** -400

/** The power of two that brings a size near 1 if sums of squares would leave the range; else 1. */
export const scaleInto = (size: number): number =>
  size === 0 || !Number.isFinite(size) || (size > LEAST && size < 1 / LEAST) ? 1 : bringingBelowOne(size)

export const times = (x: Float64Array, by: number): Float64Array => x.map((element) => element * by)

/** The solution for a right-hand side that was multiplied by a power of two, also where it is only told on failure. */
const unscaled = (by: number, solve: () => Solution): Solution => {
  const back = (solution: Solution): Solution => ({ ...solution, x: times(solution.x, 1 / by) })
  try {
    return back(solve())
  } catch (error) {
    if (!(error instanceof NotConverged)) throw error
    const { method, obstacle, solution, tolerance } = error
    throw new NotConverged({ method, obstacle, solution: back(solution), tolerance })
  }
}

/** r ← b − A x; gives its norm. */
const residual = (apply: Operator, b: Float64Array, x: Float64Array, r: Float64Array): number => {
  apply(x, r)
  for (let i = 0; i < r.length; i++) r[i] = b[i]! - r[i]!
  return length(r)
}

/** The preconditioner that does nothing. */
export const unpreconditioned: Operator = (x, y) => {
  y.set(x)
}
