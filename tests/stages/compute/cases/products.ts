/** Products of matrices. */
import tf from "@tensorflow/tfjs"
import { dense } from "../../../../stages/compute/layers/dense.ts"
import { type Case, matrix, of, real } from "./Case.ts"

export const PRODUCTS: ReadonlyArray<Case> = [
  of("matrix product", [real(2, 3), real(3, 4)], tf.matMul),
  of("matrix product, both transposed", [real(3, 2), real(4, 3)], (a: tf.Tensor, b: tf.Tensor) =>
    tf.matMul(a, b, true, true)
  ),
  of("matrix product, first transposed", [real(2, 3, 2), real(2, 3, 2)], (a: tf.Tensor, b: tf.Tensor) =>
    tf.matMul(a, b, true)
  ),
  of("matrix product, a batch with one matrix", [real(3, 2, 3), real(1, 4, 3)], (a: tf.Tensor, b: tf.Tensor) =>
    tf.matMul(a, b, false, true)
  ),
  of("matrix product, both broadcast", [real(2, 1, 2, 2), real(1, 3, 2, 2)], tf.matMul),
  of("einsum, batch", [real(2, 3, 2), real(2, 2, 3)], (a: tf.Tensor, b: tf.Tensor) => tf.einsum("bij,bjk->bik", a, b)),
  of("einsum, summed out", [real(2, 3), real(3, 2)], (a: tf.Tensor, b: tf.Tensor) => tf.einsum("ij,jk->k", a, b)),
  of("einsum, one operand", [real(2, 3)], (a: tf.Tensor) => tf.square(tf.einsum("ij->j", a))),
  of("dense", [real(3, 4), real(4, 2), real(2)], (x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor) =>
    tf.tanh(dense({ "a/weights": weights, "a/bias": bias }, "a", x))
  ),
  of("fused product", [real(3, 4), real(4, 2), real(2)], (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) =>
    tf.fused.matMul({ a: matrix(a), b: matrix(b), bias, activation: "sigmoid" })
  )
]
