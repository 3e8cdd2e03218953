/** A learned graph beside the true one. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { thresholded, topologicalOrder } from "./Dag.ts"
import { graphFigure } from "./graph-figure.ts"
import { threshold } from "./parameters.ts"
import { compareStructures } from "./StructureMetrics.ts"
import { asWeights, nodesOf } from "./tensors.ts"

export default StageType.make({
  name: "notears/draw",
  summary: "A learned graph beside the true one, with the edges that are right, turned round, too many and missing",
  determinism: "bitwise",
  params: Schema.Struct({ threshold }),
  inputs: { truth: "Tensor", weights: "Tensor" },
  outputs: { figure: "Figure" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const d = yield* nodesOf("truth", inputs.truth)
      const truth = yield* asWeights("truth", inputs.truth, d)
      const order = yield* topologicalOrder("truth", truth, d)
      const found = thresholded(yield* asWeights("weights", inputs.weights, d), d, params.threshold)
      const { shd } = compareStructures(truth, found, d)
      return { figure: { spec: graphFigure(truth, found, order, shd) } }
    })
})
