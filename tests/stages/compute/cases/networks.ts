/** Layers, losses and transforms. */
import tf from "@tensorflow/tfjs"
import { fourier, inverseFourier } from "../../../../stages/compute/fourier.ts"
import { attention } from "../../../../stages/compute/layers/attention.ts"
import { dropout } from "../../../../stages/compute/layers/dropout.ts"
import { gru, lstm } from "../../../../stages/compute/layers/recurrent.ts"
import { crossEntropy, meanSquaredError } from "../../../../stages/compute/losses.ts"
import { type Case, matrix, of, real } from "./Case.ts"

export const NETWORKS: ReadonlyArray<Case> = [
  of(
    "LSTM",
    [real(2, 3, 2), real(2, 8), real(2, 8), real(8)],
    (x: tf.Tensor, input: tf.Tensor, state: tf.Tensor, bias: tf.Tensor) =>
      lstm({ "a/input": input, "a/state": state, "a/bias": bias }, "a", x)
  ),
  of(
    "GRU",
    [real(2, 3, 2), real(2, 6), real(2, 6), real(6)],
    (x: tf.Tensor, input: tf.Tensor, state: tf.Tensor, bias: tf.Tensor) =>
      gru({ "a/input": input, "a/state": state, "a/bias": bias }, "a", x)
  ),
  of("attention", [real(2, 3, 2), real(2, 3, 2), real(2, 3, 2)], attention),
  of("causal attention", [real(1, 3, 2), real(1, 3, 2), real(1, 3, 2)], (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
    attention(q, k, v, { causal: true })
  ),
  of("dropout", [real(4, 4)], (x: tf.Tensor) => tf.square(dropout(x, 0.3, { seed: 1, name: "a", step: 2 }))),
  of("cross entropy", [real(3, 4)], (x: tf.Tensor) => crossEntropy(matrix(x), tf.tensor1d([2, 0, 3], "int32"))),
  of("mean squared error", [real(3, 4), real(3, 4)], meanSquaredError),
  of("transform of Fourier", [real(2, 6), real(2, 6)], (a: tf.Tensor, b: tf.Tensor) => {
    const { real: re, imaginary: im } = fourier({ real: a, imaginary: b })
    const filtered = inverseFourier({ real: tf.square(re), imaginary: tf.mul(re, im) })
    return tf.mul(filtered.real, tf.add(filtered.imaginary, 1))
  })
]
