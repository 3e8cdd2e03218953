/** Normalisation by statistics of the tensor itself, with a scale and an offset that are learnt. */
import tf from "@tensorflow/tfjs"
import { constant } from "../initialise.ts"
import { type Parameters, parameterOf, type Values } from "../Parameters.ts"

/** Scale 1 and offset 0 for each feature. */
export const initialNormalisation = (name: string, features: number): Values => ({
  [`${name}/scale`]: constant([features], 1),
  [`${name}/offset`]: constant([features], 0)
})

/** Added to variances, so that what is constant stays finite. */
const EPSILON = 1e-5

/** Over the last axis: Ba, Kiros and Hinton, Layer Normalization (2016), equation 4. */
export const layerNorm = (parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor =>
  normalised(parameters, name, x, [x.rank - 1])

/** Over all axes but the last, of this batch alone: Ioffe and Szegedy, ICML 2015, algorithm 1. */
export const batchNorm = (parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor =>
  normalised(
    parameters,
    name,
    x,
    Array.from({ length: x.rank - 1 }, (_, axis) => axis)
  )

const normalised = (parameters: Parameters, name: string, x: tf.Tensor, axes: Array<number>): tf.Tensor => {
  const centred = tf.sub(x, tf.mean(x, axes, true))
  const variance = tf.mean(tf.square(centred), axes, true)
  const unit = tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON)))
  return tf.add(tf.mul(unit, parameterOf(parameters, `${name}/scale`)), parameterOf(parameters, `${name}/offset`))
}
