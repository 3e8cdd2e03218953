/** The networks that classify images: what they begin with, and what they make of a batch. */
import tf from "@tensorflow/tfjs"
import { Schema } from "effect"
import { convolution, initialConvolution } from "../compute/layers/convolution.ts"
import { dense, initialDense } from "../compute/layers/dense.ts"
import { flatten, maxPool } from "../compute/layers/pool.ts"
import type { Parameters, Values } from "../compute/Parameters.ts"

/** What a network is built from; a model carries it as text. */
export const Architecture = Schema.Struct({
  network: Schema.Literals(["mlp", "cnn"]),
  hidden: Schema.Array(Schema.Int),
  filters: Schema.Array(Schema.Int),
  /** Rows and columns of an image. */
  side: Schema.Int,
  classes: Schema.Int
})
export type Architecture = typeof Architecture.Type

/** Of the square filters of all convolutions; each is followed by a maximum over 2 × 2 pixels. */
const FILTER = 3

/** Rows and columns that are left after as many maxima as there are convolutions: those that do not fill a square are dropped. */
export const lastSide = ({ filters, side }: Architecture): number =>
  filters.reduce((length) => Math.floor(length / 2), side)

/** Inputs of the fully connected layers. */
const features = (architecture: Architecture): number =>
  architecture.network === "mlp"
    ? architecture.side ** 2
    : lastSide(architecture) ** 2 * (architecture.filters.at(-1) ?? 1)

/** The parameters that training begins with, by seed. */
export const initialValues = (architecture: Architecture, seed: number): Values => {
  const { classes, filters, hidden, network } = architecture
  const convolutions = filters.map((count, at) =>
    initialConvolution(seed, `convolution${at}`, FILTER, at === 0 ? 1 : (filters[at - 1] ?? 1), count)
  )
  const widths = [features(architecture), ...hidden, classes]
  const layers = widths.slice(1).map((outputs, at) => initialDense(seed, `dense${at}`, widths[at] ?? 0, outputs))
  return Object.assign({}, ...(network === "cnn" ? convolutions : []), ...layers)
}

/** The logits of a batch: images in rows to count × classes. */
export const logitsOf = (architecture: Architecture, parameters: Parameters, images: tf.Tensor): tf.Tensor2D => {
  const { filters, hidden, network, side } = architecture
  const [count = 0] = images.shape
  let x: tf.Tensor = images
  if (network === "cnn") {
    x = tf.reshape(images, [count, side, side, 1])
    for (const at of filters.keys()) {
      x = maxPool(tf.relu(convolution(parameters, `convolution${at}`, x)), 2)
    }
    x = flatten(x)
  }
  for (const at of hidden.keys()) x = tf.relu(dense(parameters, `dense${at}`, x))
  return dense(parameters, `dense${hidden.length}`, x) as tf.Tensor2D
}
