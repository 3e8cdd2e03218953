/** Rules of elementwise operations that TensorFlow.js derives once only, or not where shapes are broadcast. */
import tf from "@tensorflow/tfjs"
import type { Rule } from "./Rule.ts"
import { unbroadcast } from "./shapes.ts"

/** e^x for x < 0, and 1 beyond: what is not selected must not overflow, for 0 · ∞ is no number. */
const expOfNegative = (x: tf.Tensor): tf.Tensor => tf.exp(tf.minimum(x, 0))

const isPositive = (x: tf.Tensor): tf.Tensor => tf.cast(tf.greater(x, 0), "float32")

/** Klambauer et al., Self-Normalizing Neural Networks, NeurIPS 2017: α and λ in the digits of TensorFlow.js. */
const SELU_ALPHA = 1.7580993408473768
const SELU_SCALE = 1.0507009873554805

const elu: Rule = {
  kernel: "Elu",
  saves: ["x"],
  pullBack: (dy, [x]) => ({ x: () => tf.mul(dy, tf.where(tf.greater(x!, 0), tf.onesLike(x!), expOfNegative(x!))) })
}

const selu: Rule = {
  kernel: "Selu",
  saves: ["x"],
  pullBack: (dy, [x]) => ({
    x: () =>
      tf.mul(dy, tf.where(tf.greater(x!, 0), tf.fill(x!.shape, SELU_SCALE), tf.mul(SELU_ALPHA, expOfNegative(x!))))
  })
}

/** Where both are equal, the derivative is that of `a`. */
const extreme = (kernel: string, isFirst: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Rule => ({
  kernel,
  saves: ["a", "b"],
  pullBack: (dy, [a, b]) => {
    const first = (): tf.Tensor => tf.cast(isFirst(a!, b!), "float32")
    return {
      a: () => unbroadcast(tf.mul(dy, first()), a!.shape),
      b: () => unbroadcast(tf.mul(dy, tf.sub(1, first())), b!.shape)
    }
  }
})

const squaredDifference: Rule = {
  kernel: "SquaredDifference",
  saves: ["a", "b"],
  pullBack: (dy, [a, b]) => {
    const slope = (): tf.Tensor => tf.mul(dy, tf.mul(2, tf.sub(a!, b!)))
    return { a: () => unbroadcast(slope(), a!.shape), b: () => unbroadcast(tf.neg(slope()), b!.shape) }
  }
}

const prelu: Rule = {
  kernel: "Prelu",
  saves: ["x", "alpha"],
  pullBack: (dy, [x, alpha]) => ({
    x: () =>
      unbroadcast(tf.mul(dy, tf.where(tf.greater(x!, 0), tf.onesLike(dy), tf.mul(tf.onesLike(dy), alpha!))), x!.shape),
    alpha: () => unbroadcast(tf.mul(dy, tf.mul(x!, tf.sub(1, isPositive(x!)))), alpha!.shape)
  })
}

export const ELEMENTWISE: ReadonlyArray<Rule> = [
  elu,
  selu,
  extreme("Maximum", tf.greaterEqual),
  extreme("Minimum", tf.lessEqual),
  squaredDifference,
  prelu
]
