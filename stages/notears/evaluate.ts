/** How good a graph is that a method has found. */
import { Metric, Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { areFew, covarianceOf, momentsOf } from "./Covariance.ts"
import { edgeCount, thresholded, topologicalOrder } from "./Dag.ts"
import { evaluateStructure, evaluateWeights, type Found } from "./Evaluation.ts"
import { explained } from "./explained.ts"
import { lowerBound } from "./LowerBound.ts"
import { leastSquares } from "./loss/least-squares.ts"
import { center, threshold } from "./parameters.ts"
import { sortability } from "./Sortability.ts"
import { compareStructures } from "./StructureMetrics.ts"
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
      const weights = yield* asWeights("weights", inputs.weights, samples.d)
      const graph = { weights, order: yield* topologicalOrder("weights", weights, samples.d) }
      const truth = inputs.truth === undefined ? undefined : yield* truthOf(inputs.truth, samples.d)
      const found = areFew(samples, params.center)
        ? withoutRegressions(params, samples, graph, truth)
        : yield* withRegressions(params, samples, graph, truth)
      yield* Metric.recordAll(found)
      // The work is among the metrics of the method itself.
      return { summary: { ...found, ...inputs.work } }
    })
})

const truthOf = (given: Tensor, d: number) =>
  Effect.gen(function* () {
    const weights = yield* asWeights("truth", given, d)
    return { weights, order: yield* topologicalOrder("truth", weights, d) }
  })

interface Settings {
  readonly center: boolean
  readonly threshold: number
}

/** What least squares along the order tells, too, and with the truth how well variances and R² sort its nodes. */
const withRegressions = Effect.fnUntraced(function* (
  { center, threshold }: Settings,
  samples: Samples,
  graph: Found,
  truth: Found | undefined
) {
  const covariance = yield* covarianceOf(samples, center)
  const { root, d } = covariance
  const ofWeights = evaluateWeights(covariance, graph, threshold)
  const bound = lowerBound(root, inverseRoot(root, d), d)
  const ofTruth = truth && {
    ...evaluateStructure(covariance, graph, truth, threshold),
    ...(yield* sortabilities(samples, truth.weights))
  }
  return { ...ofWeights, bound, aboveBound: ofWeights.refit / bound - 1, ...ofTruth }
})

/** Of fewer samples than variables: along an order the last nodes would be explained by any others. */
const withoutRegressions = (
  { center, threshold }: Settings,
  samples: Samples,
  { weights }: Found,
  truth: Found | undefined
) => {
  const { d } = samples
  const kept = thresholded(weights, d, threshold)
  const score = leastSquares(momentsOf(samples, center), d)(weights, new Float64Array(d * d))
  const ofTruth = truth && { trueEdges: edgeCount(truth.weights), ...compareStructures(truth.weights, kept, d) }
  return { score, edges: edgeCount(kept), ...ofTruth }
}

/** None where means cannot be taken off, as in a square root of exact second moments, whose rows are no samples. */
const sortabilities = (samples: Samples, truth: Float64Array) =>
  explained(samples).pipe(
    Effect.map((shares) => ({
      varsortability: sortability(truth, variances(samples)),
      r2sortability: sortability(truth, shares)
    })),
    Effect.orElseSucceed(() => ({}))
  )
