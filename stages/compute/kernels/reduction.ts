/** What sums, products, means and extremes along axes have in common. */
import tf from "@tensorflow/tfjs"
import { sizeOf } from "../gradients/shapes.ts"
import type { Kernel } from "./replace-kernel.ts"

/** The axes, in order, which go by another name where the largest is sought, and the shape that is left, in which they are 1 where they are kept. */
export const reductionOf = (
  shape: ReadonlyArray<number>,
  { axis, reductionIndices, keepDims }: { readonly [name: string]: unknown }
): { readonly axes: ReadonlyArray<number>; readonly shape: ReadonlyArray<number> } => {
  const axes = tf.util
    .parseAxisParam((axis ?? reductionIndices) as number | Array<number>, [...shape])
    .toSorted((a, b) => a - b)
  const kept = keepDims === true ? [1] : []
  return { axes, shape: shape.flatMap((extent, at) => (axes.includes(at) ? kept : [extent])) }
}

/** What there is of nothing; the least and the largest are not. */
const OF_NOTHING: { readonly [kernel: string]: number | undefined } = {
  Sum: 0,
  Mean: Number.NaN,
  Prod: 1,
  Any: 0,
  All: 1,
  Max: undefined,
  Min: undefined
}

/** Names of the kernels that reduce. */
export const REDUCTIONS: ReadonlyArray<string> = Object.keys(OF_NOTHING)

/**
 * A kernel that reduces, given only what has elements. As shipped, on wasm results of nothing are what lay in memory before, on cpu all of
 * no truths is false, and webgpu refuses. Throws `RangeError` for the least and the largest of nothing.
 */
export const ofSomething =
  (name: string, kernel: Kernel): Kernel =>
  (inputs, attrs) => {
    const x = inputs["x"]!
    if (x.size > 0) return kernel(inputs, attrs)
    const { shape } = reductionOf(x.shape, attrs)
    const value = sizeOf(shape) === 0 ? 0 : OF_NOTHING[name]
    if (value === undefined) throw new RangeError(`${name} of no elements: the shape is ${x.shape.join("×")}`)
    return tf.fill([...shape], value, name === "Mean" ? "float32" : (x.dtype as "int32"))
  }
