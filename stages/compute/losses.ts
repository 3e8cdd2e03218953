/** What training makes small, and how often it is right. */
import tf from "@tensorflow/tfjs"

/** Throws `RangeError` unless two tensors have one shape: broadcasting would make a number of them all the same. */
const checkShapes = (
  name: string,
  shape: ReadonlyArray<number>,
  other: string,
  expected: ReadonlyArray<number>
): void => {
  if (shape.length === expected.length && shape.every((extent, axis) => extent === expected[axis])) return
  const [found, wanted] = [shape, expected].map((extents) => extents.join("×") || "scalar")
  throw new RangeError(`${name} have shape ${found}, and ${other} ${wanted}`)
}

/** Mean of −log p of the right classes; `labels` are their numbers, one for each row. Throws `RangeError` where there are not as many. */
export const crossEntropy = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar => {
  checkShapes("labels", labels.shape, "rows of logits", [logits.shape[0]])
  const right = tf.oneHot(labels, logits.shape[1])
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), right), 1)))
}

/** Mean of squared differences over all elements. Throws `RangeError` unless both have one shape. */
export const meanSquaredError = (outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar => {
  checkShapes("outputs", outputs.shape, "targets", targets.shape)
  return tf.mean(tf.squaredDifference(outputs, targets))
}

/** Share of rows whose largest element is that of the label, the first of equal ones. Throws `RangeError` as `crossEntropy` does. */
export const accuracy = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar => {
  checkShapes("labels", labels.shape, "rows of logits", [logits.shape[0]])
  return tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"))
}
