/** The convex program of training, solved to many digits on small instances. */
import { Checkpoint, Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { lossName, lossNamed } from "./loss-named.ts"
import { SOLVER_STEPS } from "./ProgramSolver.ts"
import { beta, draws, sampled, seed } from "./parameters.ts"
import { patternsFrom } from "./pattern-source.ts"
import { toModel } from "./ReluNetwork.ts"
import { certified, solutionOf, solverOf } from "./solve-program.ts"
import { asExamples, vector } from "./tensors.ts"
import { tolerance } from "./tolerance.ts"

export default StageType.make({
  name: "convex/interior-point",
  summary: "Global training of a ReLU network over given or sampled patterns, by a primal-dual interior-point method",
  source: "Pilanci and Ergen 2020, theorem 1; Vandenberghe, The CVXOPT cone program solvers (2010)",
  determinism: "bitwise",
  blas: true,
  params: Schema.Struct({ loss: lossName, beta, sampled, seed, draws, tolerance }),
  inputs: { X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { model: "Model", multipliers: "Tensor", course: "Table", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      yield* lossNamed(params.loss, examples.y)
      const patterns = yield* patternsFrom(examples.x, inputs.patterns, params)
      const radii = new Float64Array(examples.x.dimension)
      const program = { examples, patterns, loss: params.loss, beta: params.beta, radii, hasCones: true }
      const solver = yield* solverOf(program, params.tolerance)
      if (start !== undefined) solver.load(start.outputs.state, start.outputs.course)
      const outputs = () => ({
        model: toModel(solver.network),
        multipliers: vector(solver.multipliers),
        course: solver.course,
        state: solver.state()
      })
      yield* Checkpoint.steps({
        from: start?.at ?? 0,
        total: SOLVER_STEPS,
        unit: "steps",
        body: () => solver.step(),
        until: () => solver.isOver,
        outputs
      })
      const solution = yield* solutionOf(solver, params.tolerance)
      const { objective, bound, gap } = yield* certified(solution, program, params.tolerance)
      const { network, value } = solution
      yield* Metric.recordAll({ objective, bound, gap, value, neurons: network.neurons, patterns: patterns.count })
      return outputs()
    })
})
