/** The Gaussian process that infinitely wide networks follow in training. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { multiply } from "../math/linear/Gemm.ts"
import { type Course, flow, settled } from "./Course.ts"
import { roundOff, type Spectrum, spectrumOf } from "./spectrum.ts"
import { elements, kernelMatrix } from "./tensors.ts"

/** An error along an eigenvector of negative eigenvalue grows without end: there is no limit. */
class NoLimit extends Schema.TaggedError<NoLimit>()("NoLimit", { smallest: Schema.Finite, largest: Schema.Finite }) {
  override get message(): string {
    return `the kernel is not positive semidefinite, so training has no limit: the eigenvalues of K/N go from ${this.largest} down to ${this.smallest}`
  }
}

export default StageType.make({
  name: "kernel/gp",
  summary: "Mean and standard deviation of infinitely wide networks after training to a time",
  source: "Jacot et al. 2018, section 5: K is the tangent kernel, the covariance that of the outputs at the start",
  determinism: "bitwise",
  params: Schema.Struct({
    time: Schema.Union([Schema.Finite, Schema.Literal("infinity")]).annotate({
      description: "Time of training; infinity interpolates the targets, as far as the kernel can"
    })
  }),
  inputs: {
    kernel: "Tensor",
    kernelCross: "Tensor",
    covariance: "Tensor",
    covarianceCross: "Tensor",
    covarianceOthers: "Tensor",
    targets: "Tensor"
  },
  outputs: { mean: "Tensor", deviation: "Tensor" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const { data: kernel, n } = yield* kernelMatrix("kernel", inputs.kernel)
      const m = inputs.kernelCross.shape[0] ?? 0
      const cross = yield* elements("kernelCross", inputs.kernelCross, [m, n])
      const sigma = yield* elements("covariance", inputs.covariance, [n, n])
      const sigmaCross = yield* elements("covarianceCross", inputs.covarianceCross, [m, n])
      const sigmaOthers = yield* elements("covarianceOthers", inputs.covarianceOthers, [m, m])
      const targets = yield* elements("targets", inputs.targets, [n])
      const spectrum = spectrumOf(kernel, n)
      const course = params.time === "infinity" ? yield* limitOf(spectrum) : flow(params.time, n)
      const a = learnedMap(spectrum, course, cross, m)
      const mean = multiply(a, targets, m, 1, n)
      const variance = variances(a, sigma, sigmaCross, sigmaOthers, n, m)
      return {
        mean: { shape: [m], data: mean },
        deviation: { shape: [m], data: variance.map((value) => Math.sqrt(Math.max(0, value))) }
      }
    })
})

/** The course that is left at infinite time; eigenvalues that may be round-off of 0 count as 0. */
const limitOf = ({ values, n }: Spectrum): Effect.Effect<Course, NoLimit> => {
  const [largest, smallest] = [values[0] ?? 0, values.at(-1) ?? 0]
  const cutoff = roundOff(largest, n)
  return smallest < -cutoff ? Effect.fail(new NoLimit({ smallest, largest })) : Effect.succeed(settled(cutoff, n))
}

/** A = K(x, X) g(K), m × n, for the gain g; for the flow K(x, X) K⁻¹ (1 − e^(−tK/N)). */
const learnedMap = (
  { values, vectors, n }: Spectrum,
  { gain }: Course,
  cross: Float64Array,
  m: number
): Float64Array => {
  const along = multiply(cross, vectors, m, n, n, { transposeB: true })
  for (let i = 0; i < along.length; i++) along[i]! *= gain(values[i % n]!)
  return multiply(along, vectors, m, n, n)
}

/** The diagonal of Σ_xx − A Σ_Xx − Σ_xX Aᵀ + A Σ_XX Aᵀ. */
const variances = (
  a: Float64Array,
  sigma: Float64Array,
  sigmaCross: Float64Array,
  sigmaOthers: Float64Array,
  n: number,
  m: number
): Float64Array => {
  const aSigma = multiply(a, sigma, m, n, n)
  return Float64Array.from({ length: m }, (_, i) => {
    let sum = sigmaOthers[i * m + i]!
    for (let j = i * n; j < (i + 1) * n; j++) sum += a[j]! * (aSigma[j]! - 2 * sigmaCross[j]!)
    return sum
  })
}
