/** Data of the kinds that the note on topological swaps measures. */
import { Effect, Schema } from "effect"
import { covarianceOf } from "../../stages/notears/Covariance.ts"
import graph from "../../stages/notears/graph.ts"
import { LeastSquaresOrder } from "../../stages/notears/LeastSquaresOrder.ts"
import simulate from "../../stages/notears/simulate.ts"
import { asSamples, type Samples } from "../../stages/notears/tensors.ts"

export interface Instance {
  readonly name: string
  readonly kind: "ER" | "SF"
  readonly degree: number
  readonly nodes: number
  readonly samples?: number
  readonly noise?: "gauss" | "exponential" | "gumbel" | "uniform"
  readonly leastScale?: number
  readonly mostScale?: number
  readonly population?: boolean
}

export const INSTANCES: ReadonlyArray<Instance> = [
  { name: "ER2 10", kind: "ER", degree: 2, nodes: 10 },
  { name: "ER2 10 population", kind: "ER", degree: 2, nodes: 10, population: true },
  { name: "SF4 12 exponential", kind: "SF", degree: 4, nodes: 12, noise: "exponential" },
  { name: "SF4 15 Gumbel", kind: "SF", degree: 4, nodes: 15, noise: "gumbel" },
  { name: "ER4 15", kind: "ER", degree: 4, nodes: 15 },
  { name: "ER2 12 unequal", kind: "ER", degree: 2, nodes: 12, samples: 2000, leastScale: 0.5, mostScale: 2 }
]

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
