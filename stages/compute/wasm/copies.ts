/** Copies that are none: as shipped, each copy of a tensor copies its elements, and a gradient takes dozens. */
import tf from "@tensorflow/tfjs"
import type { WasmKernel } from "./WasmKernel.ts"

/** The same elements under another name; they are freed when nothing refers to them any more. */
const alias = (x: tf.Tensor): tf.TensorInfo => {
  tf.backend().incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
}

const identity: WasmKernel = [
  "Identity",
  () =>
    ({ x }) =>
      alias(x!)
]

const cast: WasmKernel = [
  "Cast",
  (_, shipped) => (inputs, attrs) =>
    inputs["x"]!.dtype === attrs["dtype"] ? alias(inputs["x"]!) : shipped(inputs, attrs)
]

export const COPIES: ReadonlyArray<WasmKernel> = [identity, cast]
