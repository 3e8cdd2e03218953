/** Gives the cpu backend right kernels where its own are wrong. */
import tf from "@tensorflow/tfjs"
import { ofSomething, REDUCTIONS } from "../kernels/reduction.ts"
import { replaceKernel } from "../kernels/replace-kernel.ts"
import { maximumGradient } from "./maximum-gradient.ts"

/** For this process; to call it again replaces them anew. */
export const registerCpuKernels = (): void => {
  // As shipped, it writes into the tensor that it is given.
  replaceKernel("cpu", "TensorScatterUpdate", (shipped) => ({ tensor, ...others }, attrs) => {
    const copy = tf.add(tensor!, tf.zerosLike(tensor!))
    return shipped({ tensor: copy, ...others }, attrs)
  })
  replaceKernel("cpu", "MaxPool3DGrad", () => maximumGradient)
  for (const name of REDUCTIONS) replaceKernel("cpu", name, (shipped) => ofSomething(name, shipped))
}
