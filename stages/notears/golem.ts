/** GOLEM: a graph by the likelihood of weights with cycles, which needs no hard constraint. */
import { Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ofSquares } from "./acyclicity/Acyclicity.ts"
import { exponential } from "./acyclicity/exponential.ts"
import { covarianceOf } from "./Covariance.ts"
import { centered, learn, METHOD_OUTPUTS } from "./continuous.ts"
import { likelihood } from "./loss/likelihood.ts"
import { PenalisedDescent } from "./PenalisedDescent.ts"
import { positive, threshold } from "./parameters.ts"
import { asSamples, asWeights } from "./tensors.ts"

const Params = Schema.Struct({
  variances: Schema.Literals(["equal", "unequal"])
    .annotate({ description: "Whether all nodes have noise of one deviation (GOLEM-EV) or each its own (GOLEM-NV)" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("equal"))),
  lambda1: Schema.optionalKey(
    Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
      description: "Weight λ₁ of ‖W‖₁; left out, 0.02 for equal and 0.002 for unequal variances"
    })
  ),
  lambda2: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
    .annotate({ description: "Weight λ₂ of h = tr e^(W ∘ W) − d" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(5))),
  center: centered,
  rate: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description: "Learning rate of Adam" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-3))),
  steps: positive("Steps of Adam", 100_000),
  every: positive("Steps between two rows of the course", 1000),
  threshold
})

/** λ₁ of the paper's experiments. */
const LAMBDA1 = { equal: 0.02, unequal: 0.002 }

export default StageType.make({
  name: "notears/golem",
  summary: "GOLEM: weights by Adam on a penalised likelihood, thresholded to an acyclic graph, and an order of it",
  source: "Ng et al. 2020 (arXiv 2006.10201), equations 2 to 4; settings of its code",
  determinism: "bitwise",
  extends: { param: "steps" },
  params: Params,
  inputs: { X: "Tensor", initial: Port.optional("Tensor") },
  outputs: METHOD_OUTPUTS,
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const { data, d, n } = yield* covarianceOf(yield* asSamples("X", inputs.X), params.center)
      const problem = {
        ...params,
        d,
        loss: likelihood(data, d, n, params.variances),
        acyclicity: ofSquares(exponential(d), d),
        lambda1: params.lambda1 ?? LAMBDA1[params.variances]
      }
      const initial = yield* initialWeights(inputs.initial, d)
      return yield* learn(new PenalisedDescent(problem, initial, start?.outputs), params.threshold)
    })
})

/** Those of an input, without a diagonal; else zeros. */
const initialWeights = (initial: Tensor | undefined, d: number) =>
  initial === undefined
    ? Effect.succeed(new Float64Array(d * d))
    : Effect.map(asWeights("initial", initial, d), (weights) =>
        weights.map((weight, at) => (at % (d + 1) === 0 ? 0 : weight))
      )
