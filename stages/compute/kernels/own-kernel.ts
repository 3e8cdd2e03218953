/** Operations of our own that some backends do by one kernel, and the others by operations that all of them have. */
import tf from "@tensorflow/tfjs"

/** Whether the backend that is set has such a kernel. */
export const hasKernel = (name: string): boolean => tf.getKernel(name, tf.getBackend()) !== undefined

/**
 * What a kernel makes of tensors, or what the operations make that it is composed of: where the backend has none, and where somebody
 * differentiates, for these have rules. Both give the same bits.
 */
export const inOneKernel = (
  name: string,
  inputs: tf.NamedTensorMap,
  attrs: { readonly [name: string]: number | boolean },
  composed: () => ReadonlyArray<tf.Tensor>
): ReadonlyArray<tf.Tensor> =>
  hasKernel(name) && tf.engine().state.gradientDepth === 0
    ? (tf.engine().runKernel(name, inputs, { ...attrs }) as Array<tf.Tensor>)
    : composed()
