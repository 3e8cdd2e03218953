/** The convex program of training, solved to many digits on small instances. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { lossName, lossNamed } from "./loss-named.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { objectiveOf, toModel } from "./ReluNetwork.ts"
import { solveProgram } from "./solve-program.ts"
import { asExamples, vector } from "./tensors.ts"
import { tolerance } from "./tolerance.ts"

export default StageType.make({
  name: "convex/interior-point",
  summary: "Global training of a ReLU network over given or sampled patterns, by a primal-dual interior-point method",
  source: "Pilanci and Ergen 2020, theorem 1; Vandenberghe, The CVXOPT cone program solvers (2010)",
  determinism: "bitwise",
  params: Schema.Struct({ loss: lossName, beta, sampled, seed, draws, tolerance }),
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", multipliers: "Tensor", course: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const loss = yield* lossNamed(params.loss, examples.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const radii = new Float64Array(examples.x.dimension)
      const program = { examples, patterns, loss: params.loss, beta: params.beta, radii, hasCones: true }
      const { network, multipliers, value, gap, course } = yield* solveProgram(program, params.tolerance)
      const objective = objectiveOf(network, examples, params.beta, loss)
      yield* Metric.recordAll({ objective, value, gap, neurons: network.neurons, patterns: patterns.count })
      return { model: toModel(network), multipliers: vector(multipliers), course }
    })
})
