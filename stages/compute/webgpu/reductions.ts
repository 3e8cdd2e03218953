/**
 * Reductions along axes. The shipped ones bring their axes to the end by a program that compiles for float32 alone, and forget which axes are
 * to be kept where tensors are small.
 */
import tf from "@tensorflow/tfjs"
import { ofSomething, REDUCTIONS, reductionOf } from "../kernels/reduction.ts"
import type { Kernel } from "../kernels/replace-kernel.ts"

const alongLast =
  (shipped: Kernel): Kernel =>
  (inputs, attrs) => {
    const x = inputs["x"]!
    const { axes, shape } = reductionOf(x.shape, attrs)
    const order = tf.backend_util.getAxesPermutation([...axes], x.rank)
    if (x.dtype === "float32" || order === null) return { ...shipped(inputs, attrs), shape: [...shape] }
    return tf.tidy(() => {
      const axis = tf.backend_util.getInnerMostAxes(axes.length, x.rank)
      const along = { axis, reductionIndices: axis, keepDims: false }
      const made = tf.engine().makeTensorFromTensorInfo(shipped({ x: tf.transpose(x, order) }, along))
      return tf.reshape(made, [...shape])
    })
  }

export const AXIS_REDUCTIONS: ReadonlyArray<readonly [name: string, make: (shipped: Kernel) => Kernel]> = [
  ...REDUCTIONS.map((name) => [name, (shipped: Kernel) => ofSomething(name, alongLast(shipped))] as const),
  ["ArgMax", alongLast],
  ["ArgMin", alongLast]
]
