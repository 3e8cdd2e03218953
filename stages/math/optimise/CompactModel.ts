/**
 * The matrix B = θ I − W M Wᵀ of second derivatives that fits the last steps of a minimiser, W = [Y, θ S].
 *
 * Source: R. H. Byrd, J. Nocedal and R. B. Schnabel, Mathematical Programming 63 (1994), theorem 2.3.
 */
import { dot } from "../linear/Vector.ts"
import { type InnerProducts, setBoth } from "./InnerProducts.ts"
import { factorSmall, type SmallFactors, solveFactored } from "./SmallSystem.ts"
import type { StepMemory } from "./StepMemory.ts"

export interface CompactModel {
  readonly theta: number
  readonly memory: StepMemory
  /** Of M⁻¹. */
  readonly middle: SmallFactors
}

/** The model of a memory, B = I of an empty one; `undefined` when rounding has made its steps dependent. */
export const compactModel = (memory: StepMemory, { ss, sy, yy }: InnerProducts): CompactModel | undefined => {
  const count = memory.steps.length
  const theta = count === 0 ? 1 : yy[count * count - 1]!
  const order = 2 * count
  // M⁻¹ = [−I, Lᵀ; L, θ Sᵀ S], where L has sᵢᵀ yⱼ below its diagonal and zeros on it.
  const inverse = new Float64Array(order * order)
  for (let i = 0; i < count; i++) {
    inverse[i * order + i] = -1
    for (let j = 0; j <= i; j++) {
      setBoth(inverse, order, count + i, count + j, theta * ss[i * count + j]!)
      if (j < i) setBoth(inverse, order, count + i, j, sy[i * count + j]!)
    }
  }
  const middle = factorSmall(inverse, order)
  return middle && { theta, memory, middle }
}

/** M v. */
export const timesMiddle = ({ middle }: CompactModel, v: Float64Array): Float64Array => solveFactored(middle, v)

/** Wᵀ x. */
export const timesColumns = ({ theta, memory: { steps, changes } }: CompactModel, x: Float64Array): Float64Array => {
  const count = steps.length
  const result = new Float64Array(2 * count)
  for (let j = 0; j < count; j++) {
    result[j] = dot(changes[j]!, x)
    result[count + j] = theta * dot(steps[j]!, x)
  }
  return result
}

/** Row i of W. */
export const rowOf = ({ theta, memory: { steps, changes } }: CompactModel, i: number): Float64Array => {
  const count = steps.length
  const row = new Float64Array(2 * count)
  for (let j = 0; j < count; j++) {
    row[j] = changes[j]![i]!
    row[count + j] = theta * steps[j]![i]!
  }
  return row
}
