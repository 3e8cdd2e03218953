/** Normalisation by statistics. */
import tf from "@tensorflow/tfjs"
import { batchNorm, layerNorm } from "../../../../stages/compute/layers/normalisation.ts"
import { type Case, of, plane, positive, real } from "./Case.ts"

export const NORMALISATIONS: ReadonlyArray<Case> = [
  of("batch normalisation", [real(4, 3), positive(3), real(3)], (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
    batchNorm({ "a/scale": scale, "a/offset": offset }, "a", x)
  ),
  of(
    "batch normalisation by given statistics",
    [real(2, 2, 2, 3), real(3), positive(3), real(3), real(3)],
    (x: tf.Tensor, mean: tf.Tensor1D, variance: tf.Tensor1D, offset: tf.Tensor1D, scale: tf.Tensor1D) =>
      tf.batchNorm(plane(x), mean, variance, offset, scale, 0.01)
  ),
  of("layer normalisation", [real(3, 4), positive(4), real(4)], (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
    layerNorm({ "a/scale": scale, "a/offset": offset }, "a", x)
  ),
  of("local response normalisation", [real(1, 2, 2, 4)], (x: tf.Tensor) =>
    tf.localResponseNormalization(plane(x), 1, 1, 0.5, 0.75)
  )
]
