/** How good a graph is for models that no second moments tell. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { thresholded, topologicalOrder } from "./Dag.ts"
import { fitOf, modelThreshold, scoreFields, THRESHOLDS } from "./model-score.ts"
import { NodewiseOrder } from "./NodewiseOrder.ts"
import { RememberedFits } from "./remembered-fits.ts"
import { compareStructures } from "./StructureMetrics.ts"
import { asSamples, asWeights, orderFrom } from "./tensors.ts"

export default StageType.make({
  name: "notears/evaluate-general",
  summary: "Score after refitting along an order of logistic models or networks, beside that along the true order",
  source: "Zheng et al. 2018, section 5 (SHD, TPR, FDR, FPR); Deng et al. 2023, section 6",
  determinism: "bitwise",
  params: Schema.Struct({ ...scoreFields, threshold: modelThreshold }),
  inputs: {
    X: "Tensor",
    weights: "Tensor",
    order: Port.optional("Tensor"),
    truth: Port.optional("Tensor"),
    work: Port.optional("Metrics")
  },
  outputs: { summary: "Metrics" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const { d } = samples
      const weights = yield* asWeights("weights", inputs.weights, d)
      const ofWeights = yield* topologicalOrder("weights", weights, d)
      const order = inputs.order === undefined ? ofWeights : yield* orderFrom("order", inputs.order, d)
      const fitNode = new RememberedFits(yield* fitOf(params, samples)).fit
      const refit = new NodewiseOrder(fitNode, order).score
      const truth = inputs.truth === undefined ? undefined : yield* asWeights("truth", inputs.truth, d)
      const trueOrder = truth && (yield* topologicalOrder("truth", truth, d))
      const trueScore = trueOrder && new NodewiseOrder(fitNode, trueOrder).score
      const found = {
        refit,
        ...(trueScore && { trueScore, gap: refit / trueScore - 1 }),
        ...(truth && compareStructures(truth, thresholded(weights, d, params.threshold ?? THRESHOLDS[params.score]), d))
      }
      yield* Metric.recordAll(found)
      return { summary: { ...found, ...inputs.work } }
    })
})
