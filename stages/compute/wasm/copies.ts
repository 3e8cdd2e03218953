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

/** As shipped, a truth is made of a number by its lowest byte, which is 2 of 2 and 0 of 256 and of ½. */
const cast: WasmKernel = [
  "Cast",
  (_, shipped) => (inputs, attrs) => {
    const x = inputs["x"]!
    if (x.dtype === attrs["dtype"]) return alias(x)
    return attrs["dtype"] === "bool"
      ? tf.tidy(() => tf.notEqual(x, tf.scalar(0, x.dtype as "int32")))
      : shipped(inputs, attrs)
  }
]

export const COPIES: ReadonlyArray<WasmKernel> = [identity, cast]
