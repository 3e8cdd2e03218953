/** Sums by segment of whole numbers, by operations that backends do right which have no such kernel. */
import tf from "@tensorflow/tfjs"

/** Sums of the rows of x that one number of `ids`, a vector of int32, names; rows that a number outside of 0 … segments − 1 names count nowhere. */
export const wholeSegmentSum = (x: tf.Tensor, ids: tf.Tensor, segments: number): tf.Tensor =>
  tf.tidy(() => {
    const end = tf.scalar(segments, "int32")
    const isNamed = tf.logicalAnd(tf.greaterEqual(ids, tf.scalar(0, "int32")), tf.less(ids, end))
    // To a segment behind the last: what scatters asks of no place whether there is one.
    const places = tf.where(isNamed, ids, tf.fill(ids.shape, segments, "int32"))
    const sums = tf.scatterND(tf.expandDims(places, 1), x, [segments + 1, ...x.shape.slice(1)])
    return tf.slice(sums, [0], [segments])
  })
