/** What moves elements: slices, pads, gathering, scattering, resizing. */
import tf from "@tensorflow/tfjs"
import { type Case, of, plane, real } from "./Case.ts"

export const INDEXING: ReadonlyArray<Case> = [
  of("concat, split, stack, unstack", [real(2, 3), real(2, 3)], (a: tf.Tensor, b: tf.Tensor) => {
    const [c, d] = tf.split(tf.concat([a, b], 1), [2, 4], 1) as [tf.Tensor, tf.Tensor]
    const [e, f] = tf.unstack(tf.stack([a, b])) as [tf.Tensor, tf.Tensor]
    return tf.concat([tf.square(c), tf.exp(d), tf.mul(e, f)], 1)
  }),
  of("slice, strided slice, reverse", [real(4, 5)], (x: tf.Tensor) => {
    const strided = tf.stridedSlice(x, [3, 0], [0, 5], [-2, 2])
    return tf.mul(tf.square(strided), tf.reverse(tf.slice(x, [1, 1], [2, 3]), 0))
  }),
  of("pad", [real(2, 3)], (x: tf.Tensor) =>
    tf.square(
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2]
        ],
        0.5
      )
    )
  ),
  of("mirrored pad", [real(3, 3)], (x: tf.Tensor) =>
    tf.mul(
      tf.square(
        tf.mirrorPad(
          x,
          [
            [1, 2],
            [2, 1]
          ],
          "reflect"
        )
      ),
      tf.mirrorPad(
        x,
        [
          [3, 0],
          [0, 3]
        ],
        "symmetric"
      )
    )
  ),
  of("tile, broadcast", [real(2, 1, 3)], (x: tf.Tensor) =>
    tf.mul(tf.square(tf.tile(x, [1, 2, 2])), tf.broadcastTo(tf.mean(x, 2, true), [2, 2, 6]))
  ),
  of("reshape, transpose, expand, squeeze", [real(2, 3, 1)], (x: tf.Tensor) =>
    tf.exp(tf.transpose(tf.expandDims(tf.squeeze(tf.reshape(x, [3, 2, 1])), 0), [2, 0, 1]))
  ),
  of("gather", [real(4, 3)], (x: tf.Tensor) => tf.square(tf.gather(x, tf.tensor1d([2, 0, 2], "int32")))),
  of("gather, last axis", [real(2, 4)], (x: tf.Tensor) =>
    tf.square(tf.gather(x, tf.tensor2d([3, 0, 3, 1], [2, 2], "int32"), 1))
  ),
  of("gather, batches", [real(2, 3, 2)], (x: tf.Tensor) =>
    tf.square(tf.gather(x, tf.tensor2d([2, 2, 0, 1], [2, 2], "int32"), 1, 1))
  ),
  of("gather at points", [real(3, 3)], (x: tf.Tensor) =>
    tf.square(tf.gatherND(x, tf.tensor2d([0, 1, 2, 2, 0, 1], [3, 2], "int32")))
  ),
  of("scatter at points", [real(3)], (x: tf.Tensor) =>
    tf.square(tf.scatterND(tf.tensor2d([1, 3, 1], [3, 1], "int32"), x, [5]))
  ),
  of("sums by segment", [real(4, 2)], (x: tf.Tensor) =>
    tf.square(tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, 2], "int32"), 3))
  ),
  of("depth to space", [real(1, 2, 2, 4)], (x: tf.Tensor) => tf.square(tf.depthToSpace(plane(x), 2))),
  of("space to batch, and back", [real(1, 4, 4, 1)], (x: tf.Tensor) =>
    tf.batchToSpaceND(
      tf.square(
        tf.spaceToBatchND(
          x,
          [2, 2],
          [
            [0, 0],
            [0, 0]
          ]
        )
      ),
      [2, 2],
      [
        [0, 1],
        [1, 0]
      ]
    )
  ),
  of("one hot, argmax, argmin", [real(3, 4)], (x: tf.Tensor) => {
    const ends = [tf.argMax(x, 1), tf.argMin(x, 1)].map((at) => tf.cast(tf.oneHot(at as tf.Tensor1D, 4), "float32"))
    return tf.mul(tf.square(x), tf.addN(ends))
  }),
  of("update at points", [real(4, 2), real(2, 2)], (x: tf.Tensor, updates: tf.Tensor) =>
    tf.square(tf.tensorScatterUpdate(x, tf.tensor2d([3, 1], [2, 1], "int32"), updates))
  ),
  of("bilinear resize", [real(1, 3, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.image.resizeBilinear(plane(x), [5, 4], false, true))
  ),
  of("bilinear resize by corners", [real(1, 3, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.image.resizeBilinear(plane(x), [5, 2], true))
  ),
  of("nearest resize", [real(1, 3, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.image.resizeNearestNeighbor(plane(x), [4, 5]))
  )
]
