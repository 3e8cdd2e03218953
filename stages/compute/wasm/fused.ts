/** Layers in one operation, by the operations that they are made of: as shipped, they call the kernels that are replaced here. */
import tf from "@tensorflow/tfjs"
import type { Kernel } from "../kernels/replace-kernel.ts"
import { runKernel } from "../kernels/run-kernel.ts"
import type { WasmKernel } from "./WasmKernel.ts"

type Activation = (x: tf.Tensor, inputs: Parameters<Kernel>[0], attrs: Parameters<Kernel>[1]) => tf.Tensor

const ACTIVATIONS: { readonly [name: string]: Activation } = {
  linear: (x) => x,
  relu: tf.relu,
  relu6: tf.relu6,
  elu: tf.elu,
  sigmoid: tf.sigmoid,
  leakyrelu: (x, _, { leakyreluAlpha }) => tf.leakyRelu(x, Number(leakyreluAlpha)),
  prelu: (x, { preluActivationWeights }) => tf.prelu(x, preluActivationWeights!)
}

/** The operation by itself, then the bias, then the activation. */
const fused = (name: string, plain: string, first: string, second: string): WasmKernel => [
  name,
  () => (inputs, attrs) =>
    tf.tidy(() => {
      const { activation = "linear", leakyreluAlpha: _, ...others } = attrs
      const apply = ACTIVATIONS[String(activation)]
      if (apply === undefined) throw new RangeError(`${name} knows no activation "${activation}"`)
      const operands = { [first]: inputs[first]!, [second]: inputs[second]! }
      const result = runKernel(plain, operands, others)
      const { bias } = inputs
      return apply(bias === undefined || bias === null ? result : tf.add(result, bias), inputs, attrs)
    })
]

export const FUSED: ReadonlyArray<WasmKernel> = [
  fused("_FusedMatMul", "BatchMatMul", "a", "b"),
  fused("FusedConv2D", "Conv2D", "x", "filter"),
  fused("FusedDepthwiseConv2D", "DepthwiseConv2dNative", "x", "filter")
]
