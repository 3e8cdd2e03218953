/** Rules of pools and of their cotangents, so that what has pools can be derived again. */
import tf from "@tensorflow/tfjs"
import { runKernel } from "../kernels/run-kernel.ts"
import { firstLargest, taps, windowOf } from "../kernels/windows.ts"
import type { Attributes, Rule } from "./Rule.ts"

/**
 * A mean over a window counts the elements inside of the image; its shipped cotangent divides by the whole window, as if all were
 * inside. What is handed to it is scaled by the ratio.
 */
const average = (kernel: string, cotangent: string): ReadonlyArray<Rule> => {
  const ofMean: Rule = {
    kernel,
    saves: ["x"],
    pullBack: (dy, [x], attrs) => ({
      x: () => runKernel(cotangent, { dy: tf.mul(dy, shares(x!.shape, attrs, -1)), input: x! }, attrs)
    })
  }
  const ofCotangent: Rule = {
    kernel: cotangent,
    saves: ["input"],
    pullBack: (ddx, [input], attrs) => ({
      dy: () => tf.mul(runKernel(kernel, { x: ddx }, attrs), shares(input!.shape, attrs, 1)),
      input: () => tf.zeros(input!.shape)
    })
  }
  return [ofMean, ofCotangent]
}

/** What part of the window lies inside of the image, at each position, or its reciprocal. */
const shares = (shape: ReadonlyArray<number>, attrs: Attributes, power: 1 | -1): tf.Tensor => {
  const { extents, strides, counts, before } = windowOf(shape, attrs)
  const along = counts.map((count, axis) =>
    Float32Array.from({ length: count }, (_, at) => {
      const first = at * strides[axis]! - before[axis]!
      const inside = Math.min(first + extents[axis]!, shape[axis + 1]!) - Math.max(first, 0)
      return power === 1 ? inside / extents[axis]! : extents[axis]! / inside
    })
  )
  return along.reduce<tf.Tensor>((product, values, axis) => {
    const broadcast = counts.map((count, other) => (other === axis ? count : 1))
    return tf.mul(product, tf.tensor(values, [1, ...broadcast, 1]))
  }, tf.scalar(1))
}

/** The cotangent goes to the first of the largest elements of each window; from there comes what is derived again. */
const largest = (kernel: string): Rule => ({
  kernel,
  saves: ["input", "output"],
  pullBack: (ddx, [input, output], attrs) => ({
    dy: () => {
      const window = windowOf(input!.shape, attrs)
      const arriving = taps(ddx, window, 0)
      return tf.addN(firstLargest(input!, output!, window).map((hit, place) => tf.mul(hit, arriving[place]!)))
    },
    input: () => tf.zeros(input!.shape),
    output: () => tf.zeros(output!.shape)
  })
})

export const POOLING: ReadonlyArray<Rule> = [
  ...average("AvgPool", "AvgPoolGrad"),
  ...average("AvgPool3D", "AvgPool3DGrad"),
  largest("MaxPoolGrad"),
  largest("MaxPool3DGrad")
]
