/** Functions that take derivatives themselves: steps of optimisers, penalties, differential operators. */
import tf from "@tensorflow/tfjs"
import { adam, gradientDescent, momentum, type Optimiser } from "../../../../stages/compute/Optimiser.ts"
import { type Case, matrix, of, real, unit } from "./Case.ts"

/** The loss after two steps, as a function of where they begin. */
const after = (optimiser: Optimiser) => (start: tf.Tensor, data: tf.Tensor) => {
  const loss = (at: tf.Tensor): tf.Scalar => tf.sum(tf.exp(tf.matMul(matrix(data), matrix(at))))
  let [parameter, moments] = [start, optimiser.moments.map((): tf.Tensor => tf.zerosLike(start))]
  for (const step of [1, 2]) {
    const gradient = tf.grad((x) => loss(x))(parameter)
    const updated = optimiser.update(parameter, gradient, moments, { step, rate: 0.05 })
    parameter = updated.parameter
    moments = [...updated.moments]
  }
  return loss(parameter)
}

export const INNER_DERIVATIVES: ReadonlyArray<Case> = [
  of("through gradient descent", [unit(3, 1), unit(4, 3)], after(gradientDescent)),
  of("through momentum", [unit(3, 1), unit(4, 3)], after(momentum(0.9, { nesterov: true }))),
  of("through Adam", [unit(3, 1), unit(4, 3)], after(adam({ decay: 0.1, epsilon: 1e-3 }))),
  of("a gradient penalty", [real(4, 3), real(3, 5), real(5, 1)], (x: tf.Tensor, w: tf.Tensor, v: tf.Tensor) => {
    const slope = tf.grad((z) => tf.sum(tf.matMul(tf.tanh(tf.matMul(matrix(z), matrix(w))), matrix(v))))(x)
    const norm = tf.sqrt(tf.sum(tf.square(slope), 1))
    return tf.mean(tf.square(tf.sub(norm, 1)))
  }),
  of("a Laplacian", [real(2, 2), unit(2, 4)], (x: tf.Tensor, w: tf.Tensor) => {
    const u = (z: tf.Tensor): tf.Tensor => tf.sum(tf.sigmoid(tf.matMul(matrix(z), matrix(w))), 1)
    const along = (axis: number): tf.Tensor => {
      const slope = (z: tf.Tensor): tf.Tensor => tf.sum(tf.slice(tf.grad((y) => tf.sum(u(y)))(z), [0, axis], [-1, 1]))
      return tf.slice(tf.grad(slope)(x), [0, axis], [-1, 1])
    }
    return tf.add(along(0), along(1))
  })
]
