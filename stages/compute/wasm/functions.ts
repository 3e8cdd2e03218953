/** Functions of which the shipped kernels know too few digits far from zero. */
import type { WasmKernel } from "./WasmKernel.ts"

/** Their numbers in `math/wasm/assembly/float-functions.ts`. */
const NUMBERS = { Sin: 0, Cos: 1, Tan: 2, Softplus: 3 }

export const FUNCTIONS: ReadonlyArray<WasmKernel> = Object.entries(NUMBERS).map(
  ([name, number]): WasmKernel => [
    name,
    (heap, shipped) => (inputs, attrs) => {
      const x = inputs["x"]!
      if (x.dtype !== "float32") return shipped(inputs, attrs)
      const result = heap.output(x.shape)
      heap.functions.apply(number, heap.address(x), x.size, heap.address(result))
      return result
    }
  ]
)
