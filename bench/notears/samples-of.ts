/** Data of the kinds that the tests look at too. */
import { Effect, Schema } from "effect"
import { covarianceOf } from "../../stages/notears/Covariance.ts"
import graph from "../../stages/notears/graph.ts"
import { LeastSquaresOrder } from "../../stages/notears/LeastSquaresOrder.ts"
import simulate from "../../stages/notears/simulate.ts"
import { asSamples, type Samples } from "../../stages/notears/tensors.ts"
import type { Instance } from "../../tests/stages/notears/instances.ts"

/** Samples, and the least score of the true order. */
export const samplesOf = (
  { name: _, kind, degree, nodes, ...model }: Instance,
  seed: number
): Samples & { trueScore: number } =>
  Effect.runSync(
    Effect.gen(function* () {
      const shape = yield* Schema.decodeUnknownEffect(graph.params)({ kind, degree, nodes, seed })
      const { order, weights } = yield* graph.run({ params: shape, inputs: {} })
      const params = yield* Schema.decodeUnknownEffect(simulate.params)({ ...model, seed })
      const samples = yield* asSamples("X", (yield* simulate.run({ params, inputs: { weights } })).X)
      const { root } = yield* covarianceOf(samples, false)
      return { ...samples, trueScore: new LeastSquaresOrder(root, Int32Array.from(order.data)).score }
    })
  )
