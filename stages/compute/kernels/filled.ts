/** Tensors that a function writes: where they will lie, if the backend has its memory at hand, and else in an array that it takes over. */
import tf from "@tensorflow/tfjs"
import { hasKernel } from "./own-kernel.ts"
import { runKernel } from "./run-kernel.ts"

/** Writes every element; it may not call TensorFlow.js, for the memory may move then. */
export type Writing = (to: Float32Array) => void

/** The kernel of backends that have their memory at hand; its attributes are `shape` and `write`. */
export const FILLED = "Filled"

/**
 * A float32 tensor of a shape. The large arrays that each step of a training would else leave behind keep the garbage collector as busy
 * as a tenth of the step.
 */
export const filled = (shape: ReadonlyArray<number>, write: Writing): tf.Tensor => {
  if (hasKernel(FILLED)) return runKernel(FILLED, {}, { shape, write })
  const elements = new Float32Array(tf.util.sizeFromShape([...shape]))
  write(elements)
  return tf.tensor(elements, [...shape])
}
