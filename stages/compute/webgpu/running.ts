/**
 * Running sums and products from the end, by those from the beginning.
 *
 * The shipped program from the end has its length written in, and is taken again for other lengths.
 */
import tf from "@tensorflow/tfjs"
import type { Kernel } from "../kernels/replace-kernel.ts"

const running = (shipped: Kernel): Kernel => {
  return ({ x }, attrs) => {
    if (attrs["reverse"] !== true) return shipped({ x: x! }, attrs)
    return tf.tidy(() => {
      const axis = Number(attrs["axis"])
      const made = shipped({ x: tf.reverse(x!, axis) }, { ...attrs, reverse: false })
      return tf.reverse(tf.engine().makeTensorFromTensorInfo(made), axis)
    })
  }
}

export const RUNNING: ReadonlyArray<readonly [name: string, make: (shipped: Kernel) => Kernel]> = [
  ["Cumsum", running],
  ["Cumprod", running]
]
