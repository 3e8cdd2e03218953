/** What a network has come to on given points. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { lossName, lossNamed } from "./loss-named.ts"
import { beta } from "./parameters.ts"
import { ofModel, outputsOf, penaltyOf } from "./ReluNetwork.ts"
import { asExamples, vector } from "./tensors.ts"

export default StageType.make({
  name: "convex/evaluate",
  summary: "Loss, objective and accuracy of a network with one hidden layer of ReLU on given points",
  source: "Pilanci, Ergen 2020, equation 2",
  determinism: "bitwise",
  params: Schema.Struct({ loss: lossName, beta }),
  inputs: { model: "Model", X: "Tensor", y: "Tensor" },
  outputs: { outputs: "Tensor" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const { x, y } = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, y)
      const network = yield* ofModel(inputs.model, x.dimension)
      const outputs = outputsOf(network, x)
      const total = loss.value(outputs, y)
      const right = outputs.reduce((sum, output, i) => sum + (output * y[i]! > 0 ? 1 : 0), 0)
      yield* Metric.recordAll({
        loss: total,
        objective: total + params.beta * penaltyOf(network),
        accuracy: right / y.length,
        neurons: network.neurons
      })
      return { outputs: vector(outputs) }
    })
})
