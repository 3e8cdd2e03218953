/** NOFEARS: a graph by local search from another, until the conditions of a local minimum hold. */
import { Metric, Port, Progress, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { acyclicPart } from "./acyclic-part.ts"
import { checkMoments, covarianceOf } from "./Covariance.ts"
import { centered, lambda1 } from "./continuous.ts"
import { edgeCount } from "./Dag.ts"
import { KktSearch } from "./KktSearch.ts"
import { leastSquares } from "./loss/least-squares.ts"
import { positive, threshold } from "./parameters.ts"
import { work } from "./solution.ts"
import { asSamples, asWeights, matrix, orderTensor } from "./tensors.ts"

export default StageType.make({
  name: "notears/nofears",
  summary: "NOFEARS: local search by the conditions of a local minimum, from the graph of another method or from none",
  source: "Wei, Gao and Yu 2020, DAGs with No Fears, section 4.3",
  determinism: "bitwise",
  params: Schema.Struct({
    lambda1: lambda1(0.1),
    center: centered,
    threshold,
    steps: positive("Most edges that are added or tried the other way round", 100_000)
  }),
  inputs: { X: "Tensor", initial: Port.optional("Tensor") },
  outputs: { weights: "Tensor", order: "Tensor", unthresholded: "Tensor", work: "Metrics" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const covariance = yield* covarianceOf(yield* asSamples("X", inputs.X), params.center)
      const { data, d } = covariance
      yield* checkMoments(covariance)
      const given =
        inputs.initial === undefined ? new Float64Array(d * d) : yield* asWeights("initial", inputs.initial, d)
      const { weights: initial } = yield* acyclicPart(given, d, 0)
      const search = new KktSearch(data, d, params.lambda1, initial)
      yield* Progress.steps(params.steps, "changes", () => search.step(), { until: () => search.isDone })
      const { weights, order } = yield* acyclicPart(search.w, d, params.threshold)
      const { joined, turned, regressions, isDone } = search
      yield* Metric.recordAll({
        loss: leastSquares(data, d)(search.w, new Float64Array(d * d)),
        joined,
        turned,
        edges: edgeCount(weights),
        finished: isDone ? 1 : 0
      })
      return {
        weights: matrix(d, d, weights),
        order: orderTensor(order),
        unthresholded: matrix(d, d, search.w),
        work: yield* work({ flops: search.flops, regressions })
      }
    })
})
