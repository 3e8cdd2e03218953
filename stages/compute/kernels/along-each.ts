/** One axis after the other, as the middle of three: for kernels that have few axes. */
import tf from "@tensorflow/tfjs"
import { around } from "../gradients/shapes.ts"

/** Applies a function of three axes to each axis of a tensor in turn, where it changes something. */
export const alongEach = (
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
