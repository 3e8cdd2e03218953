/** Functions of which the shipped kernels know too few digits far from zero, or next to it. */
import tf from "@tensorflow/tfjs"
import * as Elementary from "../../math/special/Elementary.ts"
import type { WasmKernel } from "./WasmKernel.ts"

/** Their numbers in `math/wasm/assembly/float-functions.ts`. */
const NUMBERS = { Sin: 0, Cos: 1, Tan: 2, Softplus: 3 }

/** Angles beyond are reduced with more digits than the kernel has. */
const FAR = 1e5

/** The same functions of one number of any size; softplus needs none. */
const FAR_FUNCTIONS: { readonly [name: string]: (x: number) => number } = {
  Sin: Elementary.sin,
  Cos: Elementary.cos,
  Tan: (x) => Elementary.sin(x) / Elementary.cos(x)
}

/** −1, 0 or 1: as shipped, 0 of what is next to it. */
const sign: WasmKernel = [
  "Sign",
  (_, shipped) => (inputs, attrs) => {
    const x = inputs["x"]!
    if (x.dtype !== "float32") return shipped(inputs, attrs)
    return tf.tidy(() => tf.sub(tf.cast(tf.greater(x, 0), "float32"), tf.cast(tf.less(x, 0), "float32")))
  }
]

const smooth: ReadonlyArray<WasmKernel> = Object.entries(NUMBERS).map(
  ([name, number]): WasmKernel => [
    name,
    (heap, shipped) => (inputs, attrs) => {
      const x = inputs["x"]!
      if (x.dtype !== "float32") return shipped(inputs, attrs)
      const result = heap.output(x.shape)
      heap.functions.apply(number, heap.address(x), x.size, heap.address(result))
      const exactly = FAR_FUNCTIONS[name]
      if (exactly !== undefined) {
        const [angles, values] = [heap.floats(x), heap.floats(result)]
        for (let i = 0; i < angles.length; i++) {
          const angle = angles[i]!
          if (Math.abs(angle) > FAR && Number.isFinite(angle)) values[i] = exactly(angle)
        }
      }
      return result
    }
  ]
)

export const FUNCTIONS: ReadonlyArray<WasmKernel> = [sign, ...smooth]
