/** Fully connected layers. */
import tf from "@tensorflow/tfjs"
import { constant, heNormal } from "../initialise.ts"
import type { Parameters, Values } from "../Parameters.ts"

/** Weights inputs × outputs for a ReLU behind it, and a bias of zeros. */
export const initialDense = (seed: number, name: string, inputs: number, outputs: number): Values => ({
  [`${name}/weights`]: heNormal(seed, name, [inputs, outputs], inputs),
  [`${name}/bias`]: constant([outputs], 0)
})

/** x W + b along the last axis of x. */
export const dense = (parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor => {
  const weights = parameters[`${name}/weights`] as tf.Tensor2D
  const apply = (rows: tf.Tensor): tf.Tensor => tf.add(tf.matMul(rows, weights), parameters[`${name}/bias`]!)
  if (x.rank === 2) return apply(x)
  return tf.reshape(apply(tf.reshape(x, [-1, weights.shape[0]])), [...x.shape.slice(0, -1), weights.shape[1]])
}
