/** The gated relaxation: the convex program without its cones. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { lossName, lossNamed } from "./loss-named.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { solveProgram } from "./solve-program.ts"
import { asExamples, vector } from "./tensors.ts"
import { tolerance } from "./tolerance.ts"

export default StageType.make({
  name: "convex/gated",
  summary: "Gated ReLU relaxation: patterns without their cones, a bound from below for networks of these patterns",
  source: "Mishkin, Sahiner, Pilanci, ICML 2022, section 3 (arXiv 2202.01331)",
  determinism: "bitwise",
  blas: true,
  params: Schema.Struct({ loss: lossName, beta, sampled, seed, draws, tolerance }),
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { multipliers: "Tensor", course: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      yield* lossNamed(params.loss, examples.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const radii = new Float64Array(examples.x.dimension)
      const program = { examples, patterns, loss: params.loss, beta: params.beta, radii, hasCones: false }
      const { multipliers, value, gap, course } = yield* solveProgram(program, params.tolerance)
      yield* Metric.recordAll({ bound: value - gap, value, gap, patterns: patterns.count })
      return { multipliers: vector(multipliers), course }
    })
})
