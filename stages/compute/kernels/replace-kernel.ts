/** Puts kernels of ours in place of those that TensorFlow.js ships. */
import tf from "@tensorflow/tfjs"

/** From inputs and attributes to the result, or to several. */
export type Kernel<Result = tf.TensorInfo> = (
  inputs: { readonly [name: string]: tf.Tensor },
  attrs: { readonly [name: string]: unknown }
) => Result

/** What a kernel of ours gives. */
export type Results = tf.TensorInfo | Array<tf.TensorInfo>

/** A kernel in place of another, which it remembers: an earlier attempt in this process may have put it there. */
interface Replacement extends tf.KernelConfig {
  readonly shipped?: tf.KernelConfig | undefined
}

/** Replaces a kernel of a backend, or adds one where there is none; `make` is given what was shipped. */
export const replaceKernel = (
  backendName: string,
  kernelName: string,
  make: (shipped: Kernel) => Kernel<Results>
): void => {
  const present: Replacement | undefined = tf.getKernel(kernelName, backendName)
  const shipped = present !== undefined && "shipped" in present ? present.shipped : present
  const before: Kernel = (inputs, attrs) => {
    if (shipped === undefined) throw new RangeError(`the ${backendName} backend ships no ${kernelName}`)
    const made = shipped.kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend: tf.backend() })
    return Array.isArray(made) ? made[0]! : made
  }
  const kernel = make(before)
  const replacement: Replacement = {
    // Also what sets it up when the backend is opened again, for the shipped one may still be called.
    ...shipped,
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) => kernel(inputs as { readonly [name: string]: tf.Tensor }, attrs ?? {}),
    shipped
  }
  if (present !== undefined) tf.unregisterKernel(kernelName, backendName)
  tf.registerKernel(replacement)
}
