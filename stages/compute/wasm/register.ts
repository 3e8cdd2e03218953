/** Gives the wasm backend right kernels where its own are missing, wrong or slow. */
import tf from "@tensorflow/tfjs"
import { replaceKernel } from "../kernels/replace-kernel.ts"
import { CONVOLUTIONS } from "./convolutions.ts"
import { COPIES } from "./copies.ts"
import { FILLINGS } from "./filled.ts"
import { FUNCTIONS } from "./functions.ts"
import { FUSED } from "./fused.ts"
import { Heap, type WasmBackend } from "./Heap.ts"
import { KINDS } from "./kinds.ts"
import { OPTIMISERS } from "./optimisers.ts"
import { POOLS } from "./pools.ts"
import { PRODUCTS } from "./products.ts"
import { AXIS_REDUCTIONS } from "./reductions.ts"

/** For the backend that is set; to call it again for another replaces them anew. */
export const registerWasmKernels = (): void => {
  const heap = new Heap(tf.backend() as WasmBackend)
  for (const [name, kernel] of [
    ...CONVOLUTIONS,
    ...COPIES,
    ...FILLINGS,
    ...FUNCTIONS,
    ...FUSED,
    ...KINDS,
    ...OPTIMISERS,
    ...POOLS,
    ...PRODUCTS,
    ...AXIS_REDUCTIONS
  ]) {
    replaceKernel("wasm", name, (shipped) => kernel(heap, shipped))
  }
}
