/** What training makes small, and how often it is right. */
import tf from "@tensorflow/tfjs"

/** Mean of −log p of the right classes; `labels` are their numbers. */
export const crossEntropy = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar => {
  const right = tf.oneHot(labels, logits.shape[1])
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), right), 1)))
}

/** Mean of squared differences over all elements. */
export const meanSquaredError = (outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar =>
  tf.mean(tf.squaredDifference(outputs, targets))

/** Share of rows whose largest element is that of the label, the first of equal ones. */
export const accuracy = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar =>
  tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"))
