/** Operations whose shipped programs do not compile for more than four axes: one axis after the other, as the middle of three. */
import tf from "@tensorflow/tfjs"
import { around } from "../gradients/shapes.ts"
import type { Kernel } from "../kernels/replace-kernel.ts"
import { sliceOf } from "../kernels/slice.ts"

/** Axes that the shipped programs have. */
const MOST = 4

/** Applies a function of three axes to each axis of a tensor in turn, where it changes something. */
const alongEach = (
  x: tf.Tensor,
  changes: (axis: number) => boolean,
  f: (part: tf.Tensor3D, axis: number) => tf.Tensor
): tf.Tensor =>
  x.shape.reduce<tf.Tensor>((part, _, axis) => {
    if (!changes(axis)) return part
    const [before, extent, after] = around(part.shape, axis)
    const changed = f(tf.reshape(part, [before, extent, after]), axis)
    return tf.reshape(changed, part.shape.with(axis, changed.shape[1]!))
  }, x)

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
  return (inputs, attrs) => {
    const x = inputs["x"]!
    if (x.rank <= MOST) return shipped(inputs, attrs)
    const { begin, strides, finalShapeSparse, finalShape } = sliceOf(x.shape, attrs)
    const places = (axis: number): Int32Array =>
      Int32Array.from({ length: finalShapeSparse[axis]! }, (_, at) => begin[axis]! + at * strides[axis]!)
    return tf.tidy(() => {
      const isWhole = (axis: number): boolean => finalShapeSparse[axis] === x.shape[axis] && strides[axis]! > 0
      const picked = alongEach(
        x,
        (axis) => !isWhole(axis),
        (part, axis) => tf.gather(part, tf.tensor1d(places(axis), "int32"), 1)
      )
      return tf.reshape(picked, finalShape)
    })
  }
}

export const HIGH_RANKS: ReadonlyArray<readonly [name: string, make: (shipped: Kernel) => Kernel]> = [
  ["PadV2", pad],
  ["StridedSlice", stridedSlice]
]
