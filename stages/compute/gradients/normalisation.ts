/** Rules of normalisations, written in operations that can be derived again. */
import tf from "@tensorflow/tfjs"
import type { Rule } from "./Rule.ts"
import { unbroadcast } from "./shapes.ts"

/** y = (x − mean) / √(variance + ε) · scale + offset, with statistics that are inputs. */
const batchNormalisation: Rule = {
  kernel: "FusedBatchNorm",
  saves: ["x", "mean", "variance", "scale"],
  pullBack: (dy, [x, mean, variance, given], { varianceEpsilon }) => {
    const scale = given ?? tf.scalar(1)
    const inverse = (): tf.Tensor => tf.rsqrt(tf.add(variance!, Number(varianceEpsilon)))
    const centred = (): tf.Tensor => tf.sub(x!, mean!)
    const byScale = (): tf.Tensor => tf.mul(tf.mul(dy, scale), inverse())
    return {
      x: byScale,
      mean: () => unbroadcast(tf.neg(byScale()), mean!.shape),
      variance: () =>
        unbroadcast(tf.mul(tf.mul(byScale(), centred()), tf.mul(-0.5, tf.square(inverse()))), variance!.shape),
      scale: () => unbroadcast(tf.mul(tf.mul(dy, centred()), inverse()), scale.shape),
      offset: () => unbroadcast(dy, mean!.shape)
    }
  }
}

/** y = x · s^−β, s = bias + α Σ x² over channels at most `depthRadius` away. */
const localResponse: Rule = {
  kernel: "LRN",
  saves: ["x"],
  pullBack: (dy, [x], attrs) => {
    const [radius, bias] = [Number(attrs["depthRadius"]), Number(attrs["bias"])]
    const [alpha, beta] = [Number(attrs["alpha"]), Number(attrs["beta"])]
    const channels = x!.shape.at(-1)!
    const near = (): tf.Tensor2D => band(channels, radius)
    const overChannels = (z: tf.Tensor): tf.Tensor =>
      tf.reshape(tf.matMul(tf.reshape(z, [-1, channels]) as tf.Tensor2D, near()), z.shape)
    return {
      x: () => {
        const sums = tf.add(bias, tf.mul(alpha, overChannels(tf.square(x!))))
        const through = tf.mul(tf.mul(dy, x!), tf.pow(sums, -beta - 1))
        const direct = tf.mul(dy, tf.pow(sums, -beta))
        return tf.sub(direct, tf.mul(tf.mul(2 * alpha * beta, x!), overChannels(through)))
      }
    }
  }
}

/** 1 where row and column are at most `radius` apart. */
const band = (n: number, radius: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: n * n }, (_, at) => Number(Math.abs(Math.floor(at / n) - (at % n)) <= radius)),
    [n, n]
  )

export const NORMALISATION: ReadonlyArray<Rule> = [batchNormalisation, localResponse]
