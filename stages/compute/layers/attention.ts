/** Attention. */
import tf from "@tensorflow/tfjs"

/**
 * softmax(Q Kᵀ / √d) V over the last two axes: Vaswani et al., Attention Is All You Need, NeurIPS 2017, equation 1.
 *
 * With `causal`, no row looks at later ones.
 */
export const attention = (
  queries: tf.Tensor,
  keys: tf.Tensor,
  values: tf.Tensor,
  { causal = false } = {}
): tf.Tensor => {
  const scores = tf.div(tf.matMul(queries, keys, false, true), Math.sqrt(queries.shape.at(-1)!))
  const [rows, columns] = scores.shape.slice(-2) as [number, number]
  return tf.matMul(tf.softmax(causal ? tf.add(scores, later(rows, columns)) : scores), values)
}

/** Far below zero where the column is later than the row; finite, for ∞ − ∞ is no number. */
const later = (rows: number, columns: number): tf.Tensor =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, at) => (at % columns > Math.floor(at / columns) ? -1e9 : 0)),
    [rows, columns]
  )
