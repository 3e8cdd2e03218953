/** Pools over square windows of images, count × height × width × channels. */
import tf from "@tensorflow/tfjs"

/** The largest element of each window; windows do not overlap unless the stride is smaller. */
export const maxPool = (x: tf.Tensor, size: number, stride = size): tf.Tensor =>
  tf.maxPool(x as tf.Tensor4D, size, stride, "valid")

/** The mean of each window. */
export const averagePool = (x: tf.Tensor, size: number, stride = size): tf.Tensor =>
  tf.avgPool(x as tf.Tensor4D, size, stride, "valid")

/** Images as rows. */
export const flatten = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [x.shape[0]!, -1])
