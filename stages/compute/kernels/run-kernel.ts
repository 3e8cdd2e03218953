/** Kernels by name, where TensorFlow.js has no function that says what is meant. */
import tf from "@tensorflow/tfjs"

/** The result of a kernel of the backend that is set; it stands on the tape like that of any operation. */
export const runKernel = (
  name: string,
  inputs: tf.NamedTensorMap,
  attrs: { readonly [name: string]: unknown }
): tf.Tensor => tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor
