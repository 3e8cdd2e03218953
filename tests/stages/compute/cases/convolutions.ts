/** Convolutions in lines, planes and spaces. */
import tf from "@tensorflow/tfjs"
import { convolution, initialConvolution } from "../../../../stages/compute/layers/convolution.ts"
import { averagePool, flatten } from "../../../../stages/compute/layers/pool.ts"
import { type Case, of, plane, real } from "./Case.ts"

/** Of an image and a filter; squared, so that a second derivative goes through each of the parts. */
const pair = <X extends tf.Tensor>(
  name: string,
  image: ReadonlyArray<number>,
  filter: ReadonlyArray<number>,
  f: (x: X, w: X) => tf.Tensor
): Case => of(name, [real(...image), real(...filter)], (x: X, w: X) => tf.square(f(x, w)))

export const CONVOLUTIONS: ReadonlyArray<Case> = [
  pair("convolution 1-D", [1, 6, 2], [3, 2, 2], (x: tf.Tensor3D, w: tf.Tensor3D) => tf.conv1d(x, w, 1, "same")),
  pair("convolution", [2, 4, 4, 2], [3, 3, 2, 3], (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 1, "same")),
  pair("convolution, strides", [1, 5, 6, 2], [2, 3, 2, 2], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.conv2d(x, w, [2, 3], "valid")
  ),
  pair("convolution, dilated", [1, 6, 6, 1], [2, 2, 1, 2], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.conv2d(x, w, 1, "same", "NHWC", [2, 3])
  ),
  pair("convolution, transposed", [1, 3, 3, 2], [3, 3, 2, 2], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.conv2dTranspose(x, w, [1, 6, 6, 2], 2, "same")
  ),
  pair("convolution 3-D", [1, 3, 3, 3, 1], [2, 2, 2, 1, 2], (x: tf.Tensor5D, w: tf.Tensor5D) =>
    tf.conv3d(x, w, 1, "same")
  ),
  pair("convolution 3-D, transposed", [1, 2, 2, 2, 2], [2, 2, 2, 1, 2], (x: tf.Tensor5D, w: tf.Tensor5D) =>
    tf.conv3dTranspose(x, w, [1, 4, 4, 4, 1], 2, "same")
  ),
  pair("depthwise convolution", [2, 4, 4, 2], [3, 3, 2, 1], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.depthwiseConv2d(x, w, 1, "same")
  ),
  pair("depthwise convolution, multiplier and strides", [1, 5, 5, 2], [3, 2, 2, 3], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.depthwiseConv2d(x, w, 2, "same")
  ),
  pair(
    "depthwise convolution, strides longer than the filter",
    [1, 5, 4, 2],
    [1, 2, 2, 1],
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, [2, 3], "same")
  ),
  pair("depthwise convolution, dilated", [1, 5, 5, 2], [2, 2, 2, 2], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.depthwiseConv2d(x, w, 1, "valid", "NHWC", 2)
  ),
  of(
    "separable convolution",
    [real(1, 4, 4, 2), real(2, 2, 2, 1), real(1, 1, 2, 3)],
    (x: tf.Tensor, d: tf.Tensor, p: tf.Tensor) => tf.separableConv2d(plane(x), plane(d), plane(p), 1, "same")
  ),
  of(
    "fused convolution",
    [real(1, 3, 3, 2), real(2, 2, 2, 2), real(2)],
    (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
      tf.fused.conv2d({ x: plane(x), filter: plane(filter), strides: 1, pad: "same", bias, activation: "elu" })
  ),
  of(
    "fused depthwise convolution",
    [real(1, 3, 3, 2), real(2, 2, 2, 1), real(2)],
    (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
      tf.fused.depthwiseConv2d({
        x: plane(x),
        filter: plane(filter),
        strides: 1,
        pad: "same",
        bias,
        activation: "relu6"
      })
  ),
  of("convolutional layers", [real(1, 6, 6, 1)], (x: tf.Tensor) => {
    const parameters = Object.fromEntries(
      Object.entries({ ...initialConvolution(1, "a", 3, 1, 2), ...initialConvolution(1, "b", 3, 2, 2) }).map(
        ([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]
      )
    )
    const first = averagePool(tf.tanh(convolution(parameters, "a", x)), 2)
    return flatten(tf.sigmoid(convolution(parameters, "b", first, { padding: "valid" })))
  }),
  {
    ...of("dilation", [real(1, 4, 4, 1), real(2, 2, 1)], (x: tf.Tensor, w: tf.Tensor) =>
      tf.dilation2d(plane(x), w as tf.Tensor3D, 1, "valid")
    ),
    isOnce: true
  }
]
