/** Sums and their like along axes. */
import tf from "@tensorflow/tfjs"
import { type Case, of, real } from "./Case.ts"

export const REDUCTIONS: ReadonlyArray<Case> = [
  of("sum", [real(2, 3, 2)], (x: tf.Tensor) => tf.square(tf.sum(x, [0, 2]))),
  of("mean", [real(2, 3, 2)], (x: tf.Tensor) => tf.square(tf.mean(x, 1, true))),
  of("max, min", [real(3, 4)], (x: tf.Tensor) => tf.mul(tf.max(x, 0, true), tf.square(tf.min(x, 1, true)))),
  of("product", [real(3, 4)], (x: tf.Tensor) => tf.prod(x, 1)),
  of("variance", [real(3, 4)], (x: tf.Tensor) => tf.moments(x, 0).variance),
  of("norm", [real(3, 4)], (x: tf.Tensor) => tf.norm(x, "euclidean", 1)),
  of("log of sum of exponentials", [real(3, 4)], (x: tf.Tensor) => tf.logSumExp(x, 1)),
  of("softmax", [real(3, 4)], (x: tf.Tensor) => tf.softmax(x)),
  of("log softmax", [real(3, 4)], (x: tf.Tensor) => tf.logSoftmax(x)),
  of("running sum, first axis", [real(3, 3)], (x: tf.Tensor) => tf.square(tf.cumsum(x, 0))),
  of("running sum, backwards", [real(2, 4)], (x: tf.Tensor) => tf.square(tf.cumsum(x, 1, true, true))),
  of("running product", [real(2, 4)], (x: tf.Tensor) => tf.cumprod(x, 1)),
  of("running product through a zero", [real(2, 3)], (x: tf.Tensor) =>
    tf.cumprod(tf.mul(x, tf.tensor1d([1, 0, 1])), 1, true, true)
  ),
  of("largest elements", [real(3, 4)], (x: tf.Tensor) => tf.square(tf.topk(x, 2).values))
]
