/** Shapes in rules: back from what broadcasting, dilation and strides have made of them. */
import tf from "@tensorflow/tfjs"

/** Sums a tensor over what broadcasting has repeated, down to the shape that was broadcast. */
export const unbroadcast = (x: tf.Tensor, shape: ReadonlyArray<number>): tf.Tensor => {
  const axes = tf.broadcast_util.getReductionAxes([...shape], x.shape)
  return tf.reshape(axes.length === 0 ? x : tf.sum(x, axes), [...shape])
}

/** Puts `step − 1` zeros between the elements along an axis. */
export const dilate = (x: tf.Tensor, axis: number, step: number): tf.Tensor => {
  const [before, count, after] = around(x.shape, axis)
  if (step === 1 || count === 0) return x
  const spread = tf.pad(tf.reshape(x, [before, count, 1, after]), along(2, 4, 0, step - 1))
  const whole = tf.slice(tf.reshape(spread, [before, count * step, after]), [0, 0, 0], [-1, (count - 1) * step + 1, -1])
  return tf.reshape(whole, x.shape.with(axis, (count - 1) * step + 1))
}

/** Each `step`-th element along an axis, from the first: what `dilate` came from. */
export const undilate = (x: tf.Tensor, axis: number, step: number): tf.Tensor => {
  const [before, size, after] = around(x.shape, axis)
  if (step === 1) return x
  const count = Math.ceil(size / step)
  const filled = tf.pad(tf.reshape(x, [before, size, after]), along(1, 3, 0, count * step - size))
  const first = tf.slice(tf.reshape(filled, [before, count, step, after]), [0, 0, 0, 0], [-1, -1, 1, -1])
  return tf.reshape(first, x.shape.with(axis, count))
}

/** Paddings of a tensor of `rank` axes along one of them. */
export const along = (axis: number, rank: number, left: number, right: number): Array<[number, number]> =>
  Array.from({ length: rank }, (_, at) => (at === axis ? [left, right] : [0, 0]))

/** Elements before, along, and after an axis. */
export const around = (shape: ReadonlyArray<number>, axis: number): [before: number, along: number, after: number] => [
  sizeOf(shape.slice(0, axis)),
  shape[axis]!,
  sizeOf(shape.slice(axis + 1))
]

/** How many elements a shape has. */
export const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((size, extent) => size * extent, 1)

/** An axis counted from the front. */
export const positiveAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
