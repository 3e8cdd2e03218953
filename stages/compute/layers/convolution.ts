/** Convolutional layers, images as count × height × width × channels. */
import tf from "@tensorflow/tfjs"
import { constant, heNormal } from "../initialise.ts"
import { type Parameters, parameterOf, type Values } from "../Parameters.ts"

/** A square filter for a ReLU behind it, and a bias of zeros. */
export const initialConvolution = (
  seed: number,
  name: string,
  size: number,
  channels: number,
  filters: number
): Values => ({
  [`${name}/filter`]: heNormal(seed, name, [size, size, channels, filters], size * size * channels),
  [`${name}/bias`]: constant([filters], 0)
})

export interface ConvolutionOptions {
  readonly stride?: number
  readonly padding?: "same" | "valid"
}

/** x ∗ filter + bias. */
export const convolution = (
  parameters: Parameters,
  name: string,
  x: tf.Tensor,
  { stride = 1, padding = "same" }: ConvolutionOptions = {}
): tf.Tensor => {
  const filter = parameterOf(parameters, `${name}/filter`) as tf.Tensor4D
  return tf.add(tf.conv2d(x as tf.Tensor4D, filter, stride, padding), parameterOf(parameters, `${name}/bias`))
}
