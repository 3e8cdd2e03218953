/** Fully connected layers. */
import tf from "@tensorflow/tfjs"
import { constant, heNormal } from "../initialise.ts"
import { type Parameters, parameterOf, type Values } from "../Parameters.ts"

/** Weights inputs × outputs for a ReLU behind it, and a bias of zeros. */
export const initialDense = (seed: number, name: string, inputs: number, outputs: number): Values => ({
  [`${name}/weights`]: heNormal(seed, name, [inputs, outputs], inputs),
  [`${name}/bias`]: constant([outputs], 0)
})

/** x W + b along the last axis of x. Throws `RangeError` where x has another number of elements along it than W takes. */
export const dense = (parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor => {
  const [weights, bias] = [
    parameterOf(parameters, `${name}/weights`) as tf.Tensor2D,
    parameterOf(parameters, `${name}/bias`)
  ]
  if (x.shape.at(-1) !== weights.shape[0])
    throw new RangeError(
      `layer "${name}" takes rows of ${weights.shape[0]} numbers, and is given ${x.shape.join("×") || "one"}`
    )
  const apply = (rows: tf.Tensor): tf.Tensor => tf.add(tf.matMul(rows, weights), bias)
  if (x.rank === 2) return apply(x)
  return tf.reshape(apply(tf.reshape(x, [-1, weights.shape[0]])), [...x.shape.slice(0, -1), weights.shape[1]])
}
