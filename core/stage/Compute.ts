/** What a stage trains on: the backend of its tensors. */
import { Context } from "effect"

/** Backends of TensorFlow.js, the fastest first. Each has a class of its own in keys, for no two give the same bits. */
export const BACKENDS = ["tensorflow-gpu", "webgpu", "wasm", "cpu"] as const

export type Backend = (typeof BACKENDS)[number]

/** The backend of the current attempt, opened by whoever runs it. */
export interface Opened {
  readonly backend: Backend
  /** What computes, in the words of its driver; empty where that is the processor. */
  readonly adapter: string
  /** What the backend is made from: a `GPUDevice` for `webgpu`, the folder of the `.wasm` files for `wasm`. */
  readonly handle: unknown
  /** Set in a run where the stage type names no backends: whoever computes tensors there would do so on `cpu`, and nobody has said so. */
  readonly isUndeclared?: boolean
}

/** `cpu` outside of a run, as in a test that calls a stage as it stands. */
export const Current = Context.Reference<Opened>("athanor/stage/Compute", {
  defaultValue: () => ({ backend: "cpu", adapter: "", handle: undefined })
})
