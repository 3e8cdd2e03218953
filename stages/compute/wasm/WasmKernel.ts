/** A kernel of ours for the wasm backend: made for a heap, with the one that was shipped at hand. */
import type tf from "@tensorflow/tfjs"
import type { Kernel, Results } from "../kernels/replace-kernel.ts"
import type { Heap } from "./Heap.ts"

export type WasmKernel = readonly [name: string, make: (heap: Heap, shipped: Kernel) => Kernel<Results>]

/** Inputs by name. The engine hands them over as tensors. */
export type Inputs = { readonly [name: string]: tf.Tensor }
