/** What a minimiser remembers of its last steps, in place of second derivatives. */
import { difference, dot, scale } from "../linear/Vector.ts"
import type { Point } from "./Objective.ts"

export interface StepMemory {
  /**
   * The last steps s, the newest last, with the changes y of the gradient. Each pair is divided by √(sᵀ y), so that sᵀ y = 1: that changes
   * nothing in the models that are made of them, but makes their numbers comparable.
   */
  readonly steps: ReadonlyArray<Float64Array>
  readonly changes: ReadonlyArray<Float64Array>
}

export const NO_STEPS: StepMemory = { steps: [], changes: [] }

/** A curvature sᵀ y below this share of yᵀ y is not remembered: the model would not stay positive definite. */
const FLAT = Number.EPSILON

/** What is remembered after a step from one point to another, of `most` steps; the memory itself where the step says nothing. */
export const remember = (memory: StepMemory, from: Point, to: Point, most: number): StepMemory => {
  const s = difference(to.x, from.x)
  const y = difference(to.gradient, from.gradient)
  const curvature = dot(s, y)
  if (!(curvature > FLAT * dot(y, y))) return memory
  scale(s, 1 / Math.sqrt(curvature))
  scale(y, 1 / Math.sqrt(curvature))
  const forgotten = Math.max(0, memory.steps.length + 1 - most)
  return { steps: [...memory.steps, s].slice(forgotten), changes: [...memory.changes, y].slice(forgotten) }
}
