/** How good a graph is that a method has found. */
import { Metric, Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { type Covariance, covarianceOf } from "./Covariance.ts"
import { topologicalOrder } from "./Dag.ts"
import { evaluateStructure, evaluateWeights, type Found } from "./Evaluation.ts"
import { explained } from "./explained.ts"
import { lowerBound } from "./LowerBound.ts"
import { center, threshold } from "./parameters.ts"
import { sortability } from "./Sortability.ts"
import { variances } from "./start-order.ts"
import { asSamples, asWeights, type Samples } from "./tensors.ts"
import { inverseRoot } from "./triangular-root.ts"

export default StageType.make({
  name: "notears/evaluate",
  summary: "Score, KKT residual and, with the true graph, structural errors of the weights that a method has found",
  source:
    "Zheng et al. 2018, section 5 (SHD, TPR, FDR, FPR); Wei, Gao, Yu 2020 (KKT); Reisach et al. 2021, 2023 (sortability)",
  determinism: "bitwise",
  params: Schema.Struct({ threshold, center }),
  inputs: { X: "Tensor", weights: "Tensor", truth: Port.optional("Tensor"), work: Port.optional("Metrics") },
  outputs: { summary: "Metrics" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const { d } = samples
      const covariance = yield* covarianceOf(samples, params.center)
      const weights = yield* asWeights("weights", inputs.weights, d)
      const order = yield* topologicalOrder("weights", weights, d)
      const ofWeights = evaluateWeights(covariance, { weights, order }, params.threshold)
      const bound = lowerBound(covariance.root, inverseRoot(covariance.root, d), d)
      const ofTruth =
        inputs.truth === undefined
          ? {}
          : yield* besideTruth(samples, covariance, { weights, order }, inputs.truth, params.threshold)
      const summary = { ...ofWeights, bound, aboveBound: ofWeights.refit / bound - 1, ...ofTruth, ...inputs.work }
      yield* Metric.recordAll(summary)
      return { summary }
    })
})

/** What a comparison with the true graph gives, and how well variances and R² sort its nodes. */
const besideTruth = (samples: Samples, covariance: Covariance, found: Found, given: Tensor, threshold: number) =>
  Effect.gen(function* () {
    const weights = yield* asWeights("truth", given, samples.d)
    const truth = { weights, order: yield* topologicalOrder("truth", weights, samples.d) }
    return {
      ...evaluateStructure(covariance, found, truth, threshold),
      ...(yield* sortabilities(samples, weights))
    }
  })

/** None where means cannot be taken off, as in a square root of exact second moments, whose rows are no samples. */
const sortabilities = (samples: Samples, truth: Float64Array) =>
  explained(samples).pipe(
    Effect.map((shares) => ({
      varsortability: sortability(truth, variances(samples)),
      r2sortability: sortability(truth, shares)
    })),
    Effect.orElseSucceed(() => ({}))
  )
