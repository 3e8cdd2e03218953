/** The kinds of instances of the note on TOPO that the optimum is known of. */
import { Effect } from "effect"
import graph from "../../../stages/notears/graph.ts"
import simulate from "../../../stages/notears/simulate.ts"
import { runStage } from "../run-stage.ts"

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
  { name: "ER2, 10 nodes", kind: "ER", degree: 2, nodes: 10 },
  { name: "ER2, 10 nodes, population", kind: "ER", degree: 2, nodes: 10, population: true },
  { name: "SF4, 12 nodes, exponential", kind: "SF", degree: 4, nodes: 12, noise: "exponential" },
  { name: "SF4, 15 nodes, Gumbel", kind: "SF", degree: 4, nodes: 15, noise: "gumbel" },
  { name: "ER4, 15 nodes", kind: "ER", degree: 4, nodes: 15 },
  { name: "ER2, 12 nodes, unequal", kind: "ER", degree: 2, nodes: 12, samples: 2000, leastScale: 0.5, mostScale: 2 }
]

export const instance = ({ name: _, kind, degree, nodes, ...model }: Instance, seed = 1) =>
  Effect.gen(function* () {
    const { outputs } = yield* runStage(graph, { kind, degree, nodes, seed }, {})
    const { X } = (yield* runStage(simulate, { ...model, seed }, { weights: outputs.weights })).outputs
    return { X, truth: outputs.weights, order: outputs.order }
  })
