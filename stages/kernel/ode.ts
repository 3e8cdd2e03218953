/** Training in function space: what a network does whose kernel does not move. */
import { Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { multiply } from "../math/linear/Gemm.ts"
import { descent, flow } from "./Course.ts"
import { applyTo, spectrumOf } from "./spectrum.ts"
import { elements, kernelMatrix } from "./tensors.ts"

/** Gradient descent takes steps, one a unit of time. */
class NoWholeSteps extends Schema.TaggedError<NoWholeSteps>()("NoWholeSteps", { time: Schema.Finite }) {
  override get message(): string {
    return `with descent each time is a number of steps: ${this.time} is not a whole number from 0 on`
  }
}

/** The solution is beyond all numbers: the rate is too large for the kernel, or time runs backwards. */
class Diverged extends Schema.TaggedError<Diverged>()("Diverged", { time: Schema.Finite, rate: Schema.Number }) {
  override get message(): string {
    return `the solution is no number at time ${this.time}: the largest eigenvalue of K/N is ${this.rate}, descent is stable below 2`
  }
}

export default StageType.make({
  name: "kernel/ode",
  summary: "Solution of the training equation df/dt = −K (f − f*) / N, on training and test points",
  source: "Jacot et al. 2018, sections 4 and 5",
  determinism: "bitwise",
  params: Schema.Struct({
    times: Schema.Array(Schema.Finite).annotate({
      description: "Times at which outputs are wanted; with descent whole numbers from 0 on"
    }),
    descent: Schema.Boolean.annotate({
      description: "Gradient descent at rate 1 in place of the flow: (1 − K/N)ᵗ for e^(−tK/N)"
    }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
  }),
  inputs: {
    kernel: "Tensor",
    targets: "Tensor",
    start: Port.optional("Tensor"),
    cross: Port.optional("Tensor"),
    startOthers: Port.optional("Tensor")
  },
  outputs: { times: "Tensor", fits: "Tensor", predictions: "Tensor" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const broken = params.times.find((time) => !(Number.isSafeInteger(time) && time >= 0))
      if (params.descent && broken !== undefined) return yield* new NoWholeSteps({ time: broken })
      const { data: kernel, n } = yield* kernelMatrix("kernel", inputs.kernel)
      const targets = yield* elements("targets", inputs.targets, [n])
      const start = inputs.start === undefined ? new Float64Array(n) : yield* elements("start", inputs.start, [n])
      const others = inputs.cross?.shape[0] ?? 0
      const cross =
        inputs.cross === undefined ? new Float64Array(0) : yield* elements("cross", inputs.cross, [others, n])
      const startOthers =
        inputs.startOthers === undefined
          ? new Float64Array(others)
          : yield* elements("startOthers", inputs.startOthers, [others])
      const spectrum = spectrumOf(kernel, n)
      const missing = targets.map((target, i) => target - start[i]!)
      const fits = new Float64Array(params.times.length * n)
      const predictions = new Float64Array(params.times.length * others)
      for (const [index, time] of params.times.entries()) {
        const { left, gain } = params.descent ? descent(time, n) : flow(time, n)
        const rest = applyTo(spectrum, left, missing)
        const fit = targets.map((target, i) => target - rest[i]!)
        const weights = applyTo(spectrum, gain, missing)
        const moved = others === 0 ? cross : multiply(cross, weights, others, 1, n)
        const prediction = moved.map((move, i) => startOthers[i]! + move)
        if (![...fit, ...prediction].every(Number.isFinite)) {
          return yield* new Diverged({ time, rate: spectrum.values[0] ?? 0 })
        }
        fits.set(fit, index * n)
        predictions.set(prediction, index * others)
      }
      return {
        times: { shape: [params.times.length], data: Float64Array.from(params.times) },
        fits: { shape: [params.times.length, n], data: fits },
        predictions: { shape: [params.times.length, others], data: predictions }
      }
    })
})
