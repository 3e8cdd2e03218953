/**
 * Optimisers as functions of tensors that the caller owns: parameter, gradient and moments in, parameter and moments out.
 *
 * What an optimiser remembers is in its moments alone, so that what was saved goes on as if nothing had been.
 */
import tf from "@tensorflow/tfjs"
import { powerAndSum } from "../math/special/WholePower.ts"
import { inOneKernel } from "./kernels/own-kernel.ts"

export interface Moment {
  /** Steps that were taken, this one included: 1 at the first. */
  readonly step: number
  readonly rate: number
}

export interface Optimiser {
  /** Names of the moments that it keeps for each parameter; all begin as zeros. */
  readonly moments: ReadonlyArray<string>
  readonly update: (parameter: tf.Tensor, gradient: tf.Tensor, moments: ReadonlyArray<tf.Tensor>, at: Moment) => Updated
}

export interface Updated {
  readonly parameter: tf.Tensor
  readonly moments: ReadonlyArray<tf.Tensor>
}

/** A step by one kernel where the backend has it; parameter and moments, in the order in which both ways give them. */
const updated = (...step: Parameters<typeof inOneKernel>): Updated => {
  const [parameter, ...moments] = inOneKernel(...step)
  return { parameter: parameter!, moments }
}

/** θ ← θ − η g. */
export const gradientDescent: Optimiser = {
  moments: [],
  update: (parameter, gradient, _, { rate }) =>
    updated("GradientDescentStep", { parameter, gradient }, { rate }, () => [tf.sub(parameter, tf.mul(gradient, rate))])
}

/** v ← μ v + g, θ ← θ − η v; with `nesterov` θ ← θ − η (g + μ v): Sutskever et al., ICML 2013. */
export const momentum = (mu: number, { nesterov = false } = {}): Optimiser => ({
  moments: ["velocity"],
  update: (parameter, gradient, [before], { rate }) =>
    updated("MomentumStep", { parameter, gradient, velocity: before! }, { mu, nesterov, rate }, () => {
      const velocity = tf.add(tf.mul(before!, mu), gradient)
      const direction = nesterov ? tf.add(gradient, tf.mul(velocity, mu)) : velocity
      return [tf.sub(parameter, tf.mul(direction, rate)), velocity]
    })
})

export interface AdamOptions {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  /** Decoupled from the gradient, θ ← θ − η λ θ beside the step: Loshchilov and Hutter, ICLR 2019, algorithm 2. */
  readonly decay?: number
}

/** m̂ / (√v̂ + ε) with means that are corrected for their beginning at zero: Kingma and Ba, ICLR 2015, algorithm 1. */
export const adam = ({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0 }: AdamOptions = {}): Optimiser => ({
  moments: ["first", "second"],
  update: (parameter, gradient, [m, v], { step, rate }) => {
    const scale = rate / (1 - powerAndSum(beta1, step).power)
    const correction = 1 - powerAndSum(beta2, step).power
    const attrs = { beta1, beta2, correction, epsilon, scale, decay: rate * decay }
    return updated("AdamStep", { parameter, gradient, first: m!, second: v! }, attrs, () => {
      const first = tf.add(tf.mul(m!, beta1), tf.mul(gradient, 1 - beta1))
      const second = tf.add(tf.mul(v!, beta2), tf.mul(tf.square(gradient), 1 - beta2))
      const root = tf.sqrt(tf.div(second, correction))
      const moved = tf.sub(parameter, tf.mul(tf.div(first, tf.add(root, epsilon)), scale))
      return [decay === 0 ? moved : tf.sub(moved, tf.mul(parameter, rate * decay)), first, second]
    })
  }
})
