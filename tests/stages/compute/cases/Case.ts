/** A function of tensors whose derivatives are checked. */
import type tf from "@tensorflow/tfjs"

/** Where elements lie: around zero, above it, or between −0.9 and 0.9. */
export type Range = "real" | "positive" | "unit"

export interface Input {
  readonly shape: ReadonlyArray<number>
  readonly range: Range
}

export interface Case {
  readonly name: string
  readonly inputs: ReadonlyArray<Input>
  readonly f: (...x: ReadonlyArray<tf.Tensor>) => tf.Tensor
  /** Of which a second derivative is refused. */
  readonly isOnce?: boolean
}

export const real = (...shape: ReadonlyArray<number>): Input => ({ shape, range: "real" })
export const positive = (...shape: ReadonlyArray<number>): Input => ({ shape, range: "positive" })
export const unit = (...shape: ReadonlyArray<number>): Input => ({ shape, range: "unit" })

export const of = (name: string, inputs: ReadonlyArray<Input>, f: unknown): Case => ({
  name,
  inputs,
  f: f as Case["f"]
})

/** Tensors of cases are of any rank; functions of TensorFlow.js ask for one. */
export const matrix = (x: tf.Tensor): tf.Tensor2D => x as tf.Tensor2D
export const plane = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D
export const space = (x: tf.Tensor): tf.Tensor5D => x as tf.Tensor5D
