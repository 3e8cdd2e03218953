/** Operations whose shipped programs do not compile for more than four axes: one axis after the other, as the middle of three. */
import tf from "@tensorflow/tfjs"
import { alongEach } from "../kernels/along-each.ts"
import type { Kernel } from "../kernels/replace-kernel.ts"
import { gatheredSlice } from "../kernels/slice.ts"

/** Axes that the shipped programs have. */
const MOST = 4

const pad = (shipped: Kernel): Kernel => {
  return (inputs, attrs) => {
    const x = inputs["x"]!
    if (x.rank <= MOST) return shipped(inputs, attrs)
    const paddings = attrs["paddings"] as ReadonlyArray<[number, number]>
    return tf.tidy(() =>
      alongEach(
        x,
        (axis) => paddings[axis]!.some((width) => width > 0),
        (part, axis) => tf.pad(part, [[0, 0], paddings[axis]!, [0, 0]], Number(attrs["constantValue"]))
      )
    )
  }
}

const stridedSlice = (shipped: Kernel): Kernel => {
  return (inputs, attrs) => (inputs["x"]!.rank <= MOST ? shipped(inputs, attrs) : gatheredSlice(inputs["x"]!, attrs))
}

export const HIGH_RANKS: ReadonlyArray<readonly [name: string, make: (shipped: Kernel) => Kernel]> = [
  ["PadV2", pad],
  ["StridedSlice", stridedSlice]
]
