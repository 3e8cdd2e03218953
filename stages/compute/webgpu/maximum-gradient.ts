/** The cotangent of maxima in space: as shipped, wrong where a window has unequal extents. */
import tf from "@tensorflow/tfjs"
import type { Kernel } from "../kernels/replace-kernel.ts"
import { runKernel } from "../kernels/run-kernel.ts"
import { firstLargest, untap, windowOf } from "../kernels/windows.ts"

const maximumGradient: Kernel = ({ dy, input }, attrs) =>
  tf.tidy(() => {
    const window = windowOf(input!.shape, attrs)
    const maxima = runKernel("MaxPool3D", { x: input! }, attrs)
    const parts = firstLargest(input!, maxima, window).map((hit) => tf.mul(hit, dy!))
    return untap(parts, window, input!.shape)
  })

export const MAXIMUM_GRADIENT: ReadonlyArray<readonly [name: string, make: () => Kernel]> = [
  ["MaxPool3DGrad", () => maximumGradient]
]
