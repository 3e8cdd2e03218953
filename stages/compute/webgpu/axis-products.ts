/** Products along axes: of small tensors the shipped kernel forgets which axes are to be kept. */
import tf from "@tensorflow/tfjs"
import type { Kernel } from "../kernels/replace-kernel.ts"

const prod = (shipped: Kernel): Kernel => {
  return (inputs, attrs) => {
    const made = shipped(inputs, attrs)
    if (attrs["keepDims"] !== true) return made
    const axes = tf.util.parseAxisParam(attrs["axis"] as number | Array<number>, inputs["x"]!.shape)
    return { ...made, shape: inputs["x"]!.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)) }
  }
}

export const AXIS_PRODUCTS: ReadonlyArray<readonly [name: string, make: (shipped: Kernel) => Kernel]> = [["Prod", prod]]
