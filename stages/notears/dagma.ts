/** DAGMA: a graph along a central path, on which the log-determinant keeps the weights where they have no strong cycles. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { CentralPath } from "./CentralPath.ts"
import { centered, lambda1, learn, lossName, lossOf, METHOD_OUTPUTS } from "./continuous.ts"
import { positive, threshold } from "./parameters.ts"
import { asSamples } from "./tensors.ts"

const Params = Schema.Struct({
  loss: lossName,
  lambda1: lambda1(0.03),
  center: centered,
  radii: Schema.Array(Schema.Finite.check(Schema.isGreaterThan(0)))
    .check(Schema.isMinLength(1))
    .annotate({ description: "s of each stage of the path: the spectral radius of W ∘ W stays below" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed([1, 0.9, 0.8, 0.7, 0.6]))),
  mu: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Weight μ of the score in the first stage; h has the weight 1" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  shrink: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true }))
    .annotate({ description: "Factor of μ from one stage to the next" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.1))),
  rate: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Learning rate of Adam" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(3e-4))),
  warmSteps: positive("Most steps of each stage but the last", 30_000),
  lastSteps: positive("Most steps of the last stage", 60_000),
  tolerance: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
    .annotate({ description: "A stage ends when the objective changes by this share or less between two looks" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-6))),
  every: positive("Steps between two looks at the objective", 1000),
  threshold
})

export default StageType.make({
  name: "notears/dagma",
  summary: "DAGMA: weights by Adam along the central path of a log-determinant, thresholded to an acyclic graph",
  source: "Bello et al. 2022 (arXiv 2209.08037), algorithm 1; settings of its code",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor" },
  outputs: METHOD_OUTPUTS,
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const loss = yield* lossOf(params, samples)
      const path = new CentralPath({ ...params, ...loss, d: samples.d }, start?.outputs)
      return yield* learn(path, params.threshold)
    })
})
