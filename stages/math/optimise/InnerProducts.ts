/** Inner products of remembered steps, so that a step costs those with the newest only. */
import { dot } from "../linear/Vector.ts"
import type { StepMemory } from "./StepMemory.ts"

/** Matrices of the order of the memory, row-major: sᵢᵀ sⱼ, sᵢᵀ yⱼ and yᵢᵀ yⱼ. */
export interface InnerProducts {
  readonly ss: Float64Array
  readonly sy: Float64Array
  readonly yy: Float64Array
}

export const NO_PRODUCTS: InnerProducts = {
  ss: new Float64Array(0),
  sy: new Float64Array(0),
  yy: new Float64Array(0)
}

/** The products after a step, from those before it. */
export const extendProducts = (before: InnerProducts, memory: StepMemory): InnerProducts => {
  const { steps, changes } = memory
  const last = steps.length - 1
  const [ss, sy, yy] = (["ss", "sy", "yy"] as const).map((name) => moved(before[name], steps.length)) as Three
  for (let j = 0; j <= last; j++) {
    setBoth(ss, last + 1, last, j, dot(steps[last]!, steps[j]!))
    setBoth(yy, last + 1, last, j, dot(changes[last]!, changes[j]!))
    sy[last * (last + 1) + j] = dot(steps[last]!, changes[j]!)
    sy[j * (last + 1) + last] = dot(steps[j]!, changes[last]!)
  }
  return { ss, sy, yy }
}

type Three = [Float64Array, Float64Array, Float64Array]

/** The elements of the newest steps but one, where they stand in a matrix of order `count`. */
const moved = (before: Float64Array, count: number): Float64Array => {
  const order = Math.sqrt(before.length)
  const forgotten = order + 1 - count
  const result = new Float64Array(count * count)
  for (let i = forgotten; i < order; i++) {
    for (let j = forgotten; j < order; j++) result[(i - forgotten) * count + j - forgotten] = before[i * order + j]!
  }
  return result
}

/** Elements (i, j) and (j, i) of a symmetric matrix. */
export const setBoth = (a: Float64Array, order: number, i: number, j: number, value: number): void => {
  a[i * order + j] = value
  a[j * order + i] = value
}

/** All products of what is remembered. */
export const productsOf = ({ steps, changes }: StepMemory): InnerProducts => {
  const count = steps.length
  const [ss, sy, yy] = [0, 1, 2].map(() => new Float64Array(count * count)) as Three
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      sy[i * count + j] = dot(steps[i]!, changes[j]!)
      if (j > i) continue
      setBoth(ss, count, i, j, dot(steps[i]!, steps[j]!))
      setBoth(yy, count, i, j, dot(changes[i]!, changes[j]!))
    }
  }
  return { ss, sy, yy }
}

/** Elements of x by their indices; x itself where those are all. */
export const gather = (x: Float64Array, indices: Int32Array): Float64Array => {
  if (indices.length === x.length) return x
  const result = new Float64Array(indices.length)
  for (let k = 0; k < result.length; k++) result[k] = x[indices[k]!]!
  return result
}

/** The products over the components that are not in a part. */
export const productsBeside = (all: InnerProducts, part: InnerProducts): InnerProducts => {
  const less = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, at) => value - y[at]!)
  return { ss: less(all.ss, part.ss), sy: less(all.sy, part.sy), yy: less(all.yy, part.yy) }
}
