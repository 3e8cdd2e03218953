/** Gradients that are too long. */
import tf from "@tensorflow/tfjs"

/** Scales all together so that their joint Euclidean norm is at most `longest`: Pascanu et al., ICML 2013, algorithm 1. */
export const clipByNorm = (gradients: ReadonlyArray<tf.Tensor>, longest: number): ReadonlyArray<tf.Tensor> => {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)))
  const norm = tf.sqrt(tf.addN(squares))
  const scale = tf.div(longest, tf.maximum(norm, longest))
  return gradients.map((gradient) => tf.mul(gradient, scale))
}
