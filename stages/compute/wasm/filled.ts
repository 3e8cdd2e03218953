/** Tensors that are written where they lie. */
import { FILLED, type Writing } from "../kernels/filled.ts"
import type { WasmKernel } from "./WasmKernel.ts"

const filled: WasmKernel = [
  FILLED,
  (heap) =>
    (_, { shape, write }) => {
      const result = heap.output(shape as ReadonlyArray<number>)
      const fill = write as Writing
      fill(heap.floats(result))
      return result
    }
]

export const FILLINGS: ReadonlyArray<WasmKernel> = [filled]
