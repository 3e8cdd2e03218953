/** Maxima and means over windows. */
import tf from "@tensorflow/tfjs"
import { maxPool } from "../../../../stages/compute/layers/pool.ts"
import { type Case, of, plane, real, space } from "./Case.ts"

export const POOLS: ReadonlyArray<Case> = [
  of("max pool", [real(1, 4, 4, 2)], (x: tf.Tensor) => tf.square(maxPool(x, 2))),
  of("max pool, overlapping", [real(1, 5, 5, 2)], (x: tf.Tensor) => tf.square(tf.maxPool(plane(x), 3, 2, "same"))),
  of("average pool", [real(1, 5, 5, 2)], (x: tf.Tensor) => tf.square(tf.avgPool(plane(x), 3, 2, "same"))),
  of("max pool 3-D", [real(1, 3, 3, 3, 1)], (x: tf.Tensor) => tf.square(tf.maxPool3d(space(x), 2, 1, "valid"))),
  of("max pool 3-D, unequal extents, of what is below zero", [real(1, 3, 4, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.maxPool3d(space(tf.sub(x, 2)), [1, 2, 3], [1, 2, 1], "same"))
  ),
  of("max pool 3-D, strides longer than the window", [real(1, 5, 3, 7, 1)], (x: tf.Tensor) =>
    tf.square(tf.maxPool3d(space(x), [2, 1, 1], [2, 3, 3], "same"))
  ),
  of("average pool 3-D, unequal extents", [real(1, 3, 4, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.avgPool3d(space(x), [1, 2, 3], [1, 2, 1], "same"))
  ),
  of("average pool 3-D", [real(1, 3, 3, 3, 1)], (x: tf.Tensor) => tf.square(tf.avgPool3d(space(x), 2, 1, "same")))
]
