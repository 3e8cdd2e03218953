/** The global optimum, for few nodes. */
import { Progress, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { covarianceOf } from "./Covariance.ts"
import { center } from "./parameters.ts"
import { MOST_NODES, programFlops, SubsetProgram } from "./SubsetProgram.ts"
import { leastSquaresSolution, work } from "./solution.ts"
import { asSamples } from "./tensors.ts"

/** There are more sets of nodes than memory holds. */
class TooManyNodes extends Schema.TaggedError<TooManyNodes>()("TooManyNodes", { nodes: Schema.Int }) {
  override get message(): string {
    return `${this.nodes} nodes have 2^${this.nodes} sets: no more than ${MOST_NODES} nodes can be solved exactly; notears/topo takes any number`
  }
}

export default StageType.make({
  name: "notears/exact",
  summary: "The acyclic graph of least squares that no other is better than, by dynamic programming over sets of nodes",
  source:
    "Silander and Myllymäki, A simple approach for finding the globally optimal Bayesian network structure, UAI 2006",
  determinism: "bitwise",
  params: Schema.Struct({ center }),
  inputs: { X: "Tensor" },
  outputs: { weights: "Tensor", order: "Tensor", work: "Metrics" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const { d } = samples
      if (d > MOST_NODES) return yield* new TooManyNodes({ nodes: d })
      const covariance = yield* covarianceOf(samples, params.center)
      const program = new SubsetProgram(d)
      program.begin(covariance.data)
      yield* Progress.steps(program.steps, "parts", (step) => program.advance(step))
      const found = yield* leastSquaresSolution(covariance, program.order())
      return { ...found, work: yield* work({ flops: programFlops(d), regressions: d * 2 ** (d - 1) }) }
    })
})
